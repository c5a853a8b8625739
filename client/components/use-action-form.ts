/**
 * A form that does one thing through the API. The thing's id is made once and kept until it is done, so a
 * second press or a retry never does it twice; what is typed is kept on this device until then; faults go
 * beside their fields and everything else above the form.
 */
import { useEffect, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { DefaultValues, FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { faultSentence, refusalSentence } from '../lib/refusal-sentence.ts';
import type { Outcome } from '../lib/outcome.ts';
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
  const draft = useDraft<Values>(options.draft);
  const form = useForm<Values>({
    defaultValues: { ...options.defaults, ...draft.found } as DefaultValues<Values>,
  });
  const id = useRef(crypto.randomUUID());
  const [sending, setSending] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [restored, setRestored] = useState(draft.found !== null);

  const { watch } = form;
  const { keep, drop } = draft;
  useEffect(() => {
    const subscription = watch((values) => keep(values as Values));
    return () => subscription.unsubscribe();
  }, [watch, keep]);

  const showFaults = (outcome: Extract<Outcome<Data>, { kind: 'refused' }>) => {
    const { faults } = outcome.refusal;
    if (faults.length === 0) {
      setProblems([refusalSentence(outcome.refusal, t, locale)]);
      return;
    }
    const beyond: string[] = [];
    for (const fault of faults) {
      const name = (options.fieldOf?.(fault.path) ?? fault.path) as Path<Values>;
      const sentence = faultSentence(fault, t);
      if (form.getFieldState(name).invalid || isField(form.getValues(), name)) {
        form.setError(name, { message: sentence }, { shouldFocus: fault === faults[0] });
      } else {
        beyond.push(sentence);
      }
    }
    setProblems(beyond);
  };

  const send = async (values: Values) => {
    if (sending) return;
    setSending(true);
    setProblems([]);
    const outcome = await options.send(values, id.current);
    setSending(false);
    switch (outcome.kind) {
      case 'done':
        drop();
        id.current = crypto.randomUUID();
        announceChange();
        options.done(outcome.data);
        return;
      case 'refused':
        showFaults(outcome);
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
    problems,
    field: (name) => ({
      id: name,
      error: messageOf(form.getFieldState(name, form.formState).error),
      ...form.register(name),
    }),
    restored,
    discard: () => {
      drop();
      form.reset(options.defaults);
      setRestored(false);
    },
  };
}

function messageOf(error: { message?: string } | undefined): string | undefined {
  return error?.message === undefined || error.message === '' ? undefined : error.message;
}

function isField(values: object, path: string): boolean {
  let place: unknown = values;
  for (const step of path.split('.')) {
    if (typeof place !== 'object' || place === null || !(step in place)) return false;
    place = (place as Record<string, unknown>)[step];
  }
  return true;
}

interface Draft<Values> {
  readonly found: Partial<Values> | null;
  readonly keep: (values: Values) => void;
  readonly drop: () => void;
}

function useDraft<Values>(name: string | null): Draft<Values> {
  const [draft] = useState((): Draft<Values> => {
    if (name === null) return { found: null, keep: () => undefined, drop: () => undefined };
    const key = `draft:${name}`;
    return {
      found: readDraft<Values>(key),
      keep: (values) => localStorage.setItem(key, JSON.stringify(values)),
      drop: () => localStorage.removeItem(key),
    };
  });
  return draft;
}

function readDraft<Values>(key: string): Partial<Values> | null {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Partial<Values>;
  } catch {
    localStorage.removeItem(key);
    return null;
  }
}
