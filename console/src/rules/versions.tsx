import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { ask, itemsOf } from "../api/queries";
import { useT } from "../i18n";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { diffLines } from "./diff";

/** The saved versions of a rule, each compared with the text in the editor. */
export function VersionsPanel({ id, yaml, onRestore }: { id: string; yaml: string; onRestore: (yaml: string) => void }) {
  const d = useT().detection.versions;
  const query = useQuery(ask.ruleVersions(id));
  const [chosen, setChosen] = useState<number>();
  return (
    <Ask query={query} rows={4}>
      {(page) => {
        const all = itemsOf(page);
        const one = all.find((v) => v.version === chosen) ?? all[0];
        if (!one) return <Empty title={d.empty} />;
        return (
          <div className="column">
            <span className="quiet">{d.lead}</span>
            <ul className="version-list">
              {all.map((v) => (
                <li key={v.version}><button type="button" className={v === one ? "version on" : "version"} aria-pressed={v === one} onClick={() => setChosen(v.version)}><b>v{v.version}</b> <Time at={v.time} /> <span className="quiet">{d.by} {v.by}</span></button></li>
              ))}
            </ul>
            <Difference old={one.yaml} fresh={yaml} />
            {one.yaml !== yaml && <div><Button onClick={() => onRestore(one.yaml)}>{d.restore}</Button></div>}
          </div>
        );
      }}
    </Ask>
  );
}

/** Two texts as one, with what was taken away and what was added marked; long equal stretches are folded. */
export function Difference({ old, fresh }: { old: string; fresh: string }) {
  const d = useT().detection.versions;
  if (old === fresh) return <div className="quiet">{d.same}</div>;
  const lines = diffLines(old, fresh);
  const near = (i: number) => lines.slice(Math.max(0, i - 3), i + 4).some((l) => l.kind !== "same");
  return (
    <pre className="diff">
      {lines.map((l, i) => near(i) ? <span key={i} className={l.kind}><i aria-label={l.kind === "same" ? undefined : d[l.kind]}>{l.kind === "minus" ? "−" : l.kind === "plus" ? "+" : " "}</i>{l.text || " "}{"\n"}</span> : i > 0 && near(i - 1) ? <span key={i} className="fold">⋯{"\n"}</span> : null)}
    </pre>
  );
}
