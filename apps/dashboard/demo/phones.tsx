import { useRef } from 'react';
import type { DemoView, PhoneView } from '#apps/simulator/demo/demo-words';
import { isolated } from '../parts/isolated.js';
import type { DemoClient } from './demo-client.js';
import { useDemoWords } from './demo-language.js';

export interface PhonesProps {
  readonly view: DemoView;
  readonly demo: DemoClient;
  /** Does something, and looks then. */
  readonly act: (doIt: () => Promise<unknown>) => void;
}

/** The phones of the stand-in, and what a person would do with each. */
export function Phones({ view: { phones, customer }, demo, act }: PhonesProps) {
  const { words } = useDemoWords();
  return (
    <section aria-labelledby="demo-phones">
      <h2 id="demo-phones">{words.phones}</h2>
      <p className="hint">{phones.length === 0 ? words.noPhones : words.phonesHint}</p>
      <ul className="demo-phones" hidden={phones.length === 0}>
        {phones.map((phone) => (
          <Phone key={phone.account.id} phone={phone} demo={demo} act={act} />
        ))}
      </ul>
      <Customer customer={customer} />
    </section>
  );
}

interface PhoneProps extends Omit<PhonesProps, 'view'> {
  readonly phone: PhoneView;
}

function Phone({ phone: { number, account, linked, seesCode, typesCode }, demo, act }: PhoneProps) {
  const { words } = useDemoWords();
  const said = useRef(0);
  const write = (): Promise<void> => {
    const text = words.texts[said.current % words.texts.length]!;
    said.current += 1;
    return demo.write(account.id, text);
  };
  return (
    <li className="demo-phone" data-sees={seesCode || undefined}>
      <div className="demo-phone-text">
        <strong>{account.label}</strong>
        <span className="secondary">
          {number}
          {!linked && !typesCode && ` · ${seesCode ? words.seesCode : words.notLinked}`}
        </span>
      </div>
      {typesCode && (
        <button
          type="button"
          className="button"
          aria-label={words.typeFor(account.label)}
          onClick={() => act(() => demo.type(account.id))}
        >
          {words.type}
        </button>
      )}
      {seesCode && (
        <button
          type="button"
          className="button primary"
          aria-label={words.scanFor(account.label)}
          onClick={() => act(() => demo.scan(account.id))}
        >
          {words.scan}
        </button>
      )}
      {linked && !seesCode && (
        <>
          <button type="button" className="button" aria-label={words.writeTo(account.label)} onClick={() => act(write)}>
            {words.write}
          </button>
          <button
            type="button"
            className="button quiet"
            aria-label={words.unlinkFrom(account.label)}
            onClick={() => act(() => demo.strike({ fault: 'log_out', account: account.id }))}
          >
            {words.unlink}
          </button>
        </>
      )}
    </li>
  );
}

function Customer({ customer: { number, heard } }: Pick<DemoView, 'customer'>) {
  const { words } = useDemoWords();
  return (
    <div className="demo-phone demo-customer">
      <div className="demo-phone-text">
        <strong>{words.customer}</strong>
        <span className="secondary">{number}</span>
        <span className="secondary demo-heard">
          {heard ? words.heard(isolated(heard.text), heard.from) : words.heardNothing}
        </span>
      </div>
    </div>
  );
}
