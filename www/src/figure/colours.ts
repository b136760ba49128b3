/** The light theme's colours, which saved figures have on a dark page too. A test holds them to the page's own. */
export const LIGHT = {
  paper: "#ffffff",
  sunk: "#eef1f5",
  ink: "#161b22",
  soft: "#4b5563",
  line: "#dde2e9",
  edge: "#7e8896",
  flame: "#1f5ed4",
  warm: "#ad4e07",
} as const;

type Channels = [red: number, green: number, blue: number];

export function channelsOf(hex: string): Channels {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Channels;
}

export function hexOf(channels: ArrayLike<number>): string {
  return `#${Array.from(channels, (channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

/** A colour of which a share is another. */
export function mixed(colour: string, other: string, share: number): string {
  const others = channelsOf(other);
  return hexOf(channelsOf(colour).map((channel, at) => channel + share * (others[at]! - channel)));
}
