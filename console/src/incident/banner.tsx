import { Link } from "@tanstack/react-router";
import type { Incident } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { ResultMark } from "./marks";
import { Cites } from "./waterfall";

/** How far the attack came and what shows it; and where the incident went when it was merged. */
export function Banners({ incident, onCite }: { incident: Incident; onCite: (number: number) => void }) {
  const t = useT();
  return (
    <>
      {incident.merged && <div className="banner" role="status"><Icon name="link" size={14} /><span className="grow">{t.triage.merged.banner}</span><Link to="/incidents/$id" params={{ id: incident.merged }}>{t.triage.merged.open}</Link></div>}
      {incident.result && (
        <div className={`banner result ${incident.result}`}>
          <ResultMark result={incident.result} />
          <span>{t.triage.resultLead[incident.result]}</span>
          {(incident.proof?.length ?? 0) > 0 && <span className="row wrap"><span className="quiet">{t.triage.proof}</span><Cites numbers={incident.proof ?? []} onCite={onCite} /></span>}
        </div>
      )}
    </>
  );
}
