/** Says in passing that something was done, or that something came. */
import { notifications } from '@mantine/notifications';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'water', autoClose: 5000 });
}

/** Stays until it is closed: whoever looked away must find it. */
export function notifyNews(message: string): void {
  notifications.show({ message, color: 'water', autoClose: false });
}
