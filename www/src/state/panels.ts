/** What is open on the page. */
export interface PanelsState {
  /** The tags of the panels that are open, of those that are closed at first. */
  open: ReadonlySet<string>;
}

export const initialPanels: PanelsState = { open: new Set() };

export function withPanel({ open }: PanelsState, tag: string, isOpen: boolean): PanelsState {
  const tags = new Set(open);
  if (isOpen) tags.add(tag);
  else tags.delete(tag);
  return { open: tags };
}
