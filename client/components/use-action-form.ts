/**
 * A form that does one thing through the API. The thing's id is made once and kept until it is done, so a
 * second press or a retry never does it twice; what is typed is kept on this device until then; faults go
 * beside their fields, and what no field shows goes above the form.
 */
import { use, useEffect, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { DefaultValues, FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { draftKey, dropDraft, keepDraft, readDraft } from '../lib/draft.ts';
import { faultSentence, refusalSentence } from '../lib/refusal-sentence.ts';
import type { Outcome } from '../lib/outcome.ts';
import { SessionContext } from '../lib/session.tsx';
import { announceChange } from '../lib/use-data.ts';
import { useLanguage } from './locale-context.tsx';

interface ActionFormOptions<Values extends FieldValues, Data> {
  /** Names what is typed on this device; null for what must not be kept. */
  readonly draft: string | null;
  readonly defaults: Values;
  /** Sends the form. `id` is the same at every try until one succeeds. */
  readonly send: (values: Values, id: string) => Promise<Outcome<Data>>;
  readonly done: (data: Data) => void;
  /** The field that shows a fault of this path of the input, where their names differ. */
  readonly fieldOf?: (path: string) => string;
}

export interface ActionForm<Values extends FieldValues> {
  readonly form: UseFormReturn<Values>;
  readonly submit: () => void;
  readonly sending: boolean;
  /** The code that the step needs was not given: nothing was done, and nothing is wrong. */
  readonly cancelled: boolean;
  /** What is wrong beyond single fields, in words. */
  readonly problems: readonly string[];
  /** The properties of a field: its name, its registration and its error. */
  readonly field: (name: Path<Values>) => {
    readonly id: string;
    readonly error: string | undefined;
  } & ReturnType<UseFormReturn<Values>['register']>;
  readonly restored: boolean;
  readonly discard: () => void;
}

export function useActionForm<Values extends FieldValues, Data>(
  options: ActionFormOptions<Values, Data>,
): ActionForm<Values> {
  const { t, locale } = useLanguage();
  const person = use(SessionContext)?.person.personId;
  const [{ key, found }] = useState(() => {
    const place = draftKey(person, options.draft);
    return { key: place, found: readDraft<Values>(localStorage, place) };
  });
  const form = useForm<Values>({
    defaultValues: { ...options.defaults, ...found?.values } as DefaultValues<Values>,
  });
  const id = useRef<string>(found?.id ?? crypto.randomUUID());
  const [sending, setSending] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [cancelled, setCancelled] = useState(false);
  const [restored, setRestored] = useState(found !== null);
  // Only a field that the page asked for can show what is wrong with it.
  const asked = new Set<string>();
  const shown = useRef(asked);
  useEffect(() => {
    shown.current = asked;
  });

  const { watch } = form;
  useEffect(() => {
    const subscription = watch((values) =>
      keepDraft(localStorage, key, { id: id.current, values: values as Partial<Values> }),
    );
    return () => subscription.unsubscribe();
  }, [watch, key]);

  const startAnew = () => {
    dropDraft(localStorage, key);
    id.current = crypto.randomUUID();
  };

  const showFaults = (outcome: Extract<Outcome<Data>, { kind: 'refused' }>) => {
    const { faults, code } = outcome.refusal;
    // Sent before with other content, from another tab for one: said once, and then it is a new thing.
    if (code === 'ID_ALREADY_USED') id.current = crypto.randomUUID();
    if (faults.length === 0) {
      setProblems([refusalSentence(outcome.refusal, t, locale)]);
      return;
    }
    const beyond: string[] = [];
    for (const fault of faults) {
      const name = shownFor(
        options.fieldOf?.(fault.path) ?? fault.path,
        shown.current,
      ) as Path<Values> | null;
      const sentence = faultSentence(fault, t);
      if (name !== null) {
        form.setError(name, { message: sentence }, { shouldFocus: fault === faults[0] });
        if (fault === faults[0]) focusField(name);
      } else if (!beyond.includes(sentence)) {
        beyond.push(sentence);
      }
    }
    setProblems(beyond);
  };

  const send = async (values: Values) => {
    if (sending) return;
    setSending(true);
    setProblems([]);
    setCancelled(false);
    const outcome = await options.send(values, id.current);
    setSending(false);
    switch (outcome.kind) {
      case 'done':
        announceChange();
        options.done(outcome.data);
        setRestored(false);
        startAnew();
        return;
      case 'refused':
        showFaults(outcome);
        return;
      case 'cancelled':
        setCancelled(true);
        return;
      case 'unanswered':
        setProblems([
          outcome.reference === null
            ? t('workspace:form.unanswered')
            : t('workspace:form.defect', { reference: outcome.reference }),
        ]);
    }
  };

  return {
    form,
    submit: () => {
      form.clearErrors();
      void form.handleSubmit(send)();
    },
    sending,
    cancelled,
    problems,
    field: (name) => {
      asked.add(name);
      return {
        id: name,
        error: messageOf(form.getFieldState(name, form.formState).error),
        ...form.register(name),
      };
    },
    restored,
    discard: () => {
      form.reset(options.defaults);
      startAnew();
      setRestored(false);
    },
  };
}

/** A field that holds its own reference, a file for one, is found by its name alone. */
function focusField(name: string): void {
  const field = document.getElementById(name);
  if (field?.matches('input, select, textarea') === true) field.focus();
}

/** The field itself, or the first of its parts where it is asked for in parts: a name in two languages. */
const shownFor = (path: string, shown: ReadonlySet<string>): string | null =>
  shown.has(path) ? path : ([...shown].find((name) => name.startsWith(`${path}.`)) ?? null);

function messageOf(error: { message?: string } | undefined): string | undefined {
  return error?.message === undefined || error.message === '' ? undefined : error.message;
}
