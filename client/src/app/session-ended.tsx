/**
 * The session ended while somebody was at work. The screen stays as it is under this dialog, with everything that was
 * typed; after signing in again the work goes on where it stopped.
 */
import { useEffect, useRef } from 'react';
import { useLanguage } from '../../components/locale-context.tsx';
import { changeConnection } from '../../lib/connection.ts';
import { SignInSteps } from './sign-in-page.tsx';

interface SessionEndedProps {
  readonly name: string;
  /** Whoever is here now does not want to go on as this person. */
  readonly onLeave: () => void;
}

export function SessionEnded({ name, onLeave }: SessionEndedProps) {
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="session-ended"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="session-ended">{t('workspace:ended.title')}</h2>
      <p>{t('workspace:ended.text', { name })}</p>
      <SignInSteps onSignedIn={() => changeConnection({ ended: false })} />
      <p>
        <button type="button" className="link-button" onClick={onLeave}>
          {t('workspace:ended.leave')}
        </button>
      </p>
    </dialog>
  );
}
