/** Says in passing that something was done. */
import { notifications } from '@mantine/notifications';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'water', autoClose: 5000 });
}
