import { Confirm } from '../account/confirm.js';
import { useWords } from './shell.js';

export interface LeaseQuestionProps {
  readonly again: () => void;
  readonly close: () => void;
}

/** Before a person’s command to an account that a service works with. */
export function LeaseQuestion({ again, close }: LeaseQuestionProps) {
  const { overLease } = useWords().words;
  const act = (): void => {
    close();
    again();
  };
  return (
    <Confirm title={overLease.title} yes={overLease.confirm} busy={false} act={act} close={close}>
      <p>{overLease.text}</p>
    </Confirm>
  );
}
