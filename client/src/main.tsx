/** Starts the workspaces in the browser. */
import { createRoot } from 'react-dom/client';
import { LocaleProvider } from '../components/locale-context.tsx';
import { PageHeader } from '../components/page-header.tsx';

const place = document.getElementById('workspace');
if (place === null) throw new Error('The page has no place for the workspaces.');
createRoot(place).render(
  <LocaleProvider locale="zh-CN">
    <PageHeader title="" />
  </LocaleProvider>,
);
