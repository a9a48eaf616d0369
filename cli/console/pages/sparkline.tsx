const WIDTH = 120;
const HEIGHT = 28;

const pathOf = (values: readonly number[]): string => {
  const top = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  return values
    .map((value, index) => {
      const y = HEIGHT - 1 - (value / top) * (HEIGHT - 3);
      return `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
};

/** The shape of the last minutes; its figures are in the charts. */
export const Sparkline = ({ values }: { readonly values: readonly number[] }) => (
  <svg
    class="spark"
    viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <path d={pathOf(values.length > 1 ? values : [0, 0])} />
  </svg>
);
