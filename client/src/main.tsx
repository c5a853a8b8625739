/** Starts the workspaces in the browser. */
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';
import '../styles/workspace.css';
import { createRoot } from 'react-dom/client';
import { Workspace } from './app/workspace.tsx';

const place = document.getElementById('workspace');
if (place === null) throw new Error('The page has no place for the workspaces.');
createRoot(place).render(<Workspace />);
