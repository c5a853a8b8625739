/** Words in both languages of the platform; Chinese comes first. */
export interface LocalizedText {
  readonly zh: string;
  readonly en: string;
}

export type Locale = 'zh' | 'en';
