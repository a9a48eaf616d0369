const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** Three digits that say something; whole numbers from a hundred on. */
export const formatNumber = (value: number): string =>
  Math.abs(value) >= 100 ? whole.format(value) : three.format(value);
