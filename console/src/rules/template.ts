/** Where a new rule begins: complete, valid, and about something that everybody knows. */
export function ruleTemplate(id: string, author: string, today: string): string {
  return `title: Name what happened, not how it is found
id: ${id}
status: experimental
description: Say in a sentence what an attacker gains by it.
author: ${author}
date: ${today}
tags:
  - attack.execution
  - attack.t1059.001
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\powershell.exe'
    CommandLine|contains: ' -EncodedCommand '
  condition: selection
falsepositives:
  - Administrators' scripts
level: medium
`;
}

/** The same rule under an id of its own, so that it can stand beside the one it came from. */
export function copyOf(source: string, id: string, from: string): string {
  const text = source.replace(/^id:.*$/m, `id: ${id}`);
  const own = text === source ? `id: ${id}\n${source}` : text;
  if (/^related:/m.test(own)) return own.replace(/^related:.*$/m, `related:\n    - id: ${from}\n      type: derived`);
  return own.replace(/^id:.*$/m, `$&\nrelated:\n    - id: ${from}\n      type: derived`);
}

/** What the text says under a top-level key, if it stands on one line. */
export const topLevel = (source: string, key: string): string => new RegExp(`^${key}:[ \\t]*(.*)$`, "m").exec(source)?.[1]?.trim().replace(/^(['"])(.*)\1$/, "$2") ?? "";
