import type { JSX } from 'preact';

export interface BarsProps {
  readonly title: string;
  /** Of each bar: what it is of, its parts from the bottom up, and what it says to who hovers. */
  readonly bars: readonly { readonly name: string; readonly parts: readonly number[]; readonly text: string }[];
  /** What the parts are, in their order; their looks are by the same order. */
  readonly parts: readonly string[];
  /** What the scale ends at; without it, at the highest bar. */
  readonly top?: number;
  /** A value of the scale as it is shown. */
  readonly shown: (value: number) => string;
}

/** The measures of the drawing. */
const [width, height, left, bottom] = [640, 180, 44, 20];

/** A chart of bars, with a table of the same for who cannot see it. */
export function Bars({ title, bars, parts, top, shown }: BarsProps): JSX.Element {
  const sums = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part, 0));
  const most = top ?? niceTop(Math.max(1, ...sums));
  const step = (width - left) / Math.max(1, bars.length);
  const wide = Math.min(48, step * 0.76);
  const y = (value: number): number => (height - bottom) * (1 - value / most) + 6;
  // As many names as have room.
  const every = Math.ceil(bars.length / 12);
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {parts.length < 2
          ? null
          : parts.map((part, i) => (
              <span key={part} class="legend">
                <i class={`part-${i}`} /> {part}
              </span>
            ))}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height + 12}`} role="img" aria-label={title}>
        {[0, 0.5, 1].map((at) => (
          <g key={at}>
            <line x1={left} x2={width} y1={y(most * at)} y2={y(most * at)} />
            <text x={left - 6} y={y(most * at) + 4} text-anchor="end">
              {shown(most * at)}
            </text>
          </g>
        ))}
        {bars.map((bar, i) => {
          let below = 0;
          return (
            <g key={bar.name}>
              <title>{`${bar.name}: ${bar.text}`}</title>
              {bar.parts.map((part, p) => {
                const from = below;
                below += part;
                return (
                  <rect
                    key={p}
                    class={`part-${p}`}
                    x={left + (i + 0.5) * step - wide / 2}
                    width={wide}
                    y={y(below)}
                    height={Math.max(0, y(from) - y(below))}
                  />
                );
              })}
              {i % every === 0 ? (
                <text x={left + (i + 0.5) * step} y={height + 6} text-anchor="middle">
                  {bar.name}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <table class="hidden">
        <caption>{title}</caption>
        <tbody>
          {bars.map(({ name, text }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** The next of 2, 4, 10, 20, 40, 100, …: half of it is whole. */
function niceTop(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(most));
  return [2, 4, 10, 20].map((step) => step * ten).find((value) => value >= most) ?? most;
}
