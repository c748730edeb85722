import { computed, signal } from '@preact/signals';
import { handOver, type Handed } from './handed.ts';
import { tellAt } from './outcomes.ts';

/** Who is being dragged; `undefined`: nobody is. */
const source = signal<Handed | undefined>(undefined);

/** Whether a call is being dragged. */
export const isDragging = computed(() => source.value !== undefined);

/** It is dragged from here on. */
export function startDrag(event: DragEvent, handed: Handed): void {
  event.dataTransfer?.setData('text/plain', 'extension' in handed ? handed.extension : handed.uniqueid);
  if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move';
  source.value = handed;
}

/** It was let go. */
export function stopDrag(): void {
  source.value = undefined;
}

/** It was dropped: it goes to this number; what comes of it is told there (`id`). */
export function drop(number: string, id: string): void {
  const { value: handed } = source;
  stopDrag();
  if (handed === undefined || ('extension' in handed && handed.extension === number)) return;
  void tellAt(id, handOver(handed, number));
}
