/**
 * One small server for one program on the same machine. Given on the command line and not in postgresql.conf, so that a
 * new version of ours brings new settings to old data.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // the folder's path could be longer than a socket's name may be

  // A 202 of ours means committed, and committed means on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  // Memory: 11 MB idle, some 40 MB with ten busy connections (measured). The hot set (accounts, snapshots, the end of the outbox) is small, the system caches the rest.
  shared_buffers: '32MB',
  max_connections: '60', // the runtime's pools, jobs, a person with psql; each costs only when it is used
  maintenance_work_mem: '32MB',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  jit: 'off', // statements are short; compiling one costs more than it saves

  // No replicas: less to write. At most some 256 MB to read again after a crash, which is seconds.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  min_wal_size: '48MB',
  dynamic_shared_memory_type: 'mmap', // /dev/shm is 64 MB in a container, and keeps leftovers of a kill

  timezone: 'UTC',
  log_timezone: 'UTC',
  // `log` leaves out the errors of single statements: they are our client's to report, and may hold data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  lc_messages: 'C', // we read a few of them
};

export function postgresArguments(data: string, port: number): readonly string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', data, '-p', String(port), ...settings];
}
