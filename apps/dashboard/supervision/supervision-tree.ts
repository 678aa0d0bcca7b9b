import type {
  BranchView,
  EngineHostView,
  EnginesView,
  LaunchView,
  PartView,
  SupervisionView,
  TroubledAccount,
} from '#libs/contracts/supervision';

/** What a row of the tree is about. */
export type About =
  | { readonly is: 'node'; readonly view: SupervisionView }
  | { readonly is: 'part'; readonly part: PartView }
  | { readonly is: 'engines'; readonly engines: EnginesView }
  | { readonly is: 'host'; readonly host: EngineHostView; readonly engines: EnginesView }
  | { readonly is: 'browser'; readonly of: EngineHostView['accounts'][number]; readonly engines: EnginesView }
  | { readonly is: 'launches'; readonly launches: readonly LaunchView[] }
  | { readonly is: 'gate'; readonly launch: LaunchView }
  | { readonly is: 'branch'; readonly branch: BranchView }
  | { readonly is: 'account'; readonly account: TroubledAccount; readonly branch: BranchView }
  | { readonly is: 'more'; readonly what: 'hosts' | 'accounts'; readonly count: number };

export interface TreeNode {
  /** Unique, and the same as long as it is about the same thing. */
  readonly key: string;
  readonly about: About;
  readonly children: readonly TreeNode[];
}

/** The supervisors as a tree, in the order in which a node starts them. */
export function treeOf(view: SupervisionView): TreeNode {
  const { parts, engines, launches, branches, accounts } = view;
  return node('node', { is: 'node', view }, [
    ...parts.map((part) => node(`part ${part.id}`, { is: 'part', part })),
    node('engines', { is: 'engines', engines }, [
      ...engines.hosts.map((host) => hostNode(host, engines)),
      ...more('hosts', engines.hostsLeftOut),
    ]),
    node(
      'launches',
      { is: 'launches', launches },
      launches.map((launch) => node(`gate ${launch.provider}`, { is: 'gate', launch })),
    ),
    ...branches.map((branch) => branchNode(branch, accounts)),
  ]);
}

function hostNode(host: EngineHostView, engines: EnginesView): TreeNode {
  const browsers = host.accounts.map((of) =>
    node(`browser ${host.pid} ${of.accountId}`, { is: 'browser', of, engines }),
  );
  return node(`host ${host.pid}`, { is: 'host', host, engines }, browsers);
}

/** An account stands below the supervisor that has to do with its trouble. */
function branchNode(branch: BranchView, { troubled, troubledLeftOut }: SupervisionView['accounts']): TreeNode {
  const ofActors = branch.id === 'accounts';
  const own = troubled.filter(({ trouble }) => ofActors === (trouble === 'failed' || trouble === 'broken'));
  return node(`branch ${branch.id}`, { is: 'branch', branch }, [
    ...own.map((account) => node(`account ${branch.id} ${account.accountId}`, { is: 'account', account, branch })),
    ...(ofActors ? more('accounts', troubledLeftOut) : []),
  ]);
}

const node = (key: string, about: About, children: readonly TreeNode[] = []): TreeNode => ({ key, about, children });

const more = (what: 'hosts' | 'accounts', count: number): readonly TreeNode[] =>
  count > 0 ? [node(`more ${what}`, { is: 'more', what, count })] : [];
