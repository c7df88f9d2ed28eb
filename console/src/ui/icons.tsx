import type { ReactNode, SVGProps } from "react";

/** The console's own small icons, 16 × 16, drawn with the current colour. */
const shapes = {
  today: <><rect x="2.5" y="3" width="11" height="10.5" rx="1.5" /><path d="M2.5 6.5h11M5.5 1.5v3M10.5 1.5v3" /></>,
  incidents: <><path d="M8 2l6.2 11H1.8z" /><path d="M8 6.5v3M8 11.2v.4" /></>,
  hunt: <><circle cx="7" cy="7" r="4.5" /><path d="M10.4 10.4L14 14M7 5v4M5 7h4" /></>,
  rules: <><path d="M8 1.8l5.5 2v4c0 3.2-2.3 5.6-5.5 6.6-3.2-1-5.5-3.4-5.5-6.6v-4z" /><path d="M5.6 8l1.8 1.8L10.6 6.4" /></>,
  intel: <><circle cx="8" cy="8" r="5.8" /><circle cx="8" cy="8" r="2.6" /><path d="M8 .8v3M8 12.200v3M.8 8h3M12.200 8h3" /></>,
  sources: <><ellipse cx="8" cy="4" rx="5" ry="2" /><path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" /></>,
  actions: <><circle cx="8" cy="8" r="5.8" /><path d="M4 4l8 8" /></>,
  noise: <><path d="M1.500 8h1.600l1.200-3 1.800 6.500L8 3.500l1.800 7 1.300-4 1 1.500h2.400" /></>,
  entities: <><circle cx="8" cy="8" r="2.200" /><circle cx="3" cy="3.500" r="1.500" /><circle cx="13" cy="4.500" r="1.500" /><circle cx="4" cy="13" r="1.500" /><path d="M6.400 6.500L4.100 4.600M9.900 7L11.700 5.400M6.700 9.800L4.900 11.800" /></>,
  warning: <><path d="M8 2.2l6 10.6H2z" /><path d="M8 6.6v2.8M8 11.2v.4" /></>,
  back: <><path d="M10 3L5 8l5 5" /></>,
  edit: <><path d="M3 13l.6-2.8L10.8 3 13 5.200 5.800 12.400z" /></>,
  search: <><circle cx="7" cy="7" r="4.5" /><path d="M10.4 10.4L14 14" /></>,
  sun: <><circle cx="8" cy="8" r="3" /><path d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.1 1.1M11.9 11.9L13 13M13 3l-1.1 1.1M4.1 11.9L3 13" /></>,
  moon: <path d="M13.5 9.6A5.8 5.8 0 016.4 2.5a5.8 5.8 0 107.1 7.1z" />,
  language: <><circle cx="8" cy="8" r="6" /><path d="M2 8h12M8 2c2 1.8 2.8 3.8 2.8 6S10 12.2 8 14c-2-1.8-2.8-3.8-2.8-6S6 3.8 8 2z" /></>,
  help: <><circle cx="8" cy="8" r="6" /><path d="M6.2 6.2a1.9 1.9 0 113 1.6c-.8.5-1.2.9-1.2 1.7M8 11.4v.3" /></>,
  user: <><circle cx="8" cy="5.4" r="2.6" /><path d="M2.8 13.8c.6-2.8 2.6-4.2 5.2-4.2s4.6 1.4 5.2 4.2" /></>,
  collapse: <path d="M10 3.5L5.5 8l4.5 4.5" />,
  expand: <path d="M6 3.5L10.5 8 6 12.5" />,
  down: <path d="M3.5 6L8 10.5 12.5 6" />,
  close: <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  open: <path d="M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4" />,
  copy: <><rect x="5.5" y="5.5" width="8" height="8" rx="1.2" /><path d="M10.5 5.5v-3h-8v8h3" /></>,
  link: <><path d="M6.5 9.5l3-3" /><path d="M7.5 4.5l1.6-1.6a2.8 2.8 0 014 4L11.5 8.5M8.5 11.5l-1.6 1.6a2.8 2.8 0 01-4-4L4.5 7.5" /></>,
  clock: <><circle cx="8" cy="8" r="6" /><path d="M8 4.5V8l2.4 1.6" /></>,
  check: <path d="M3 8.5l3.3 3.3L13 5" />,
  plus: <path d="M8 3v10M3 8h10" />,
  upload: <path d="M8 10.5v-8M4.8 5.6L8 2.5l3.2 3.1M2.5 11v2.5h11V11" />,
  download: <path d="M8 2.5v8M4.8 7.4L8 10.5l3.2-3.1M2.5 11v2.5h11V11" />,
  more: <><circle cx="3.5" cy="8" r=".9" fill="currentColor" /><circle cx="8" cy="8" r=".9" fill="currentColor" /><circle cx="12.5" cy="8" r=".9" fill="currentColor" /></>,
  play: <path d="M4.5 2.8v10.4L13 8z" />,
  stop: <rect x="3.5" y="3.5" width="9" height="9" rx="1" />,
  tenant: <path d="M2.5 13.5h11M4 13.5v-11h8v11M6.5 5.5h.5M9 5.5h.5M6.5 8h.5M9 8h.5M7 13.5v-3h2v3" />,
  save: <path d="M3 2.5h8l2.5 2.5v8.5H3zM5.5 2.5v4h5v-4" />,
  host: <><rect x="2" y="3" width="12" height="8" rx="1" /><path d="M6 13.5h4M8 11v2.5" /></>,
  address: <><circle cx="8" cy="8" r="5.8" /><path d="M2.2 8h11.6M8 2.2c1.8 1.7 2.5 3.7 2.5 5.8S9.800 12.100 8 13.800c-1.800-1.700-2.500-3.700-2.500-5.800S6.200 3.900 8 2.200z" /></>,
  file: <path d="M4 1.8h5.500l2.800 2.800v9.600H4zM9.200 1.800v3h3" />,
  process: <><rect x="2" y="2.8" width="12" height="10.400" rx="1.200" /><path d="M4.500 6l2 2-2 2M8 10.200h3" /></>,
  domain: <path d="M2 8h12M8 2v12M3.500 4.500h9M3.500 11.500h9M2 8a6 6 0 1012 0A6 6 0 102 8z" />,
  cloud_account: <path d="M4.500 12.500a3 3 0 01-.4-6 4 4 0 017.700-.6 3.300 3.300 0 01-.3 6.600z" />,
  rule: <path d="M3 3.500h10M3 8h10M3 12.500h6" />,
  value: <path d="M5.500 2.500L4 13.500M12 2.500l-1.500 11M2.500 6h11.500M2 10h11.500" />,
  source: <><ellipse cx="8" cy="4" rx="5" ry="2" /><path d="M3 4v8c0 1.100 2.200 2 5 2s5-.9 5-2V4" /></>,
  lock: <><rect x="3.500" y="7" width="9" height="6.500" rx="1" /><path d="M5.500 7V5a2.500 2.500 0 015 0v2" /></>,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16, ...rest }: { name: IconName; size?: number } & Omit<SVGProps<SVGSVGElement>, "name">) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false" {...rest}>
      {shapes[name]}
    </svg>
  );
}
