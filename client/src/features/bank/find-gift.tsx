/** Opens a gift by the number of its receipt, which a donor who asks for a refund has at hand. */
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';

export function FindGift() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [number, setNumber] = useState('');
  const wanted = number.trim();
  return (
    <section className="section" aria-labelledby="find-gift">
      <h2 id="find-gift">{t('bank:refund.find')}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '') void navigate(`/gifts/${encodeURIComponent(wanted)}`);
        }}
      >
        <TextField
          id="gift-number"
          label={t('bank:refund.findLabel')}
          hint={t('bank:refund.findHint')}
          value={number}
          onChange={(event) => setNumber(event.target.value)}
          autoComplete="off"
        />
        <button type="submit" className="button button-quiet">
          {t('bank:refund.findAction')}
        </button>
      </form>
    </section>
  );
}
