/** The few library controls of the workspaces, dressed in the tokens of the site. */
import { createTheme } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

const water: MantineColorsTuple = [
  '#e7f2ef',
  '#c9e2dc',
  '#a3cdc5',
  '#7cb7ad',
  '#5aa095',
  '#3d8a81',
  '#24736b',
  '#0f5a54',
  '#0a403c',
  '#062b28',
];

export const theme = createTheme({
  colors: { water },
  primaryColor: 'water',
  primaryShade: 7,
  defaultRadius: 4,
  fontFamily: 'inherit',
  black: '#16282b',
  cursorType: 'pointer',
});
