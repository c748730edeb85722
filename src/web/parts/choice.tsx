import type { JSX } from 'preact';

/** What one may choose from: each value with its words, which are shown in this order. */
export type Choices = readonly (readonly [value: string, text: string])[];

/** A field that has one of some values, with its label above. */
export function Choice({
  label,
  value,
  choices,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: Choices;
  readonly onChoose: (value: string) => void;
}): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select
        class="field"
        value={value}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.value);
        }}
      >
        {choices.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
