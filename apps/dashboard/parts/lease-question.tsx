import { Confirm } from '../account/confirm.js';
import { useWords } from './shell.js';

export interface LeaseQuestionProps {
  readonly again: () => void;
  readonly close: () => void;
}

/** Before a person’s command to an account that a service works with. */
export function LeaseQuestion({ again, close }: LeaseQuestionProps) {
  const { overrule } = useWords().words.leases;
  const act = (): void => {
    close();
    again();
  };
  return (
    <Confirm title={overrule.title} yes={overrule.confirm} busy={false} act={act} close={close}>
      <p>{overrule.text}</p>
    </Confirm>
  );
}
