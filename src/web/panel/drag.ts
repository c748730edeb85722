import { computed, signal } from '@preact/signals';
import { ask } from '../base/ask.ts';
import { tellAt } from './outcomes.ts';

/** The extension whose call is being dragged; `''`: none is. */
const source = signal('');

/** Whether a call is being dragged. */
export const isDragging = computed(() => source.value !== '');

/** A call of this extension is dragged from here on. */
export function startDrag(event: DragEvent, extension: string): void {
  event.dataTransfer?.setData('text/plain', extension);
  if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move';
  source.value = extension;
}

/** It was let go. */
export function stopDrag(): void {
  source.value = '';
}

/** It was dropped: its call goes to this number; what comes of it is told there (`id`). */
export function handOver(number: string, id: string): void {
  const { value: extension } = source;
  stopDrag();
  if (extension === '' || extension === number) return;
  void tellAt(id, ask('POST', 'extensions/transfer', { src: extension, dst: number }));
}
