import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useBlock } from "../actions/block";
import { ActionTable } from "../actions/table";
import { ask, itemsOf } from "../api/queries";
import type { Incident } from "../api/vocabulary";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Chip } from "../ui/chip";
import { Ask, Empty } from "../ui/states";
import { suspectsOf } from "../incidents/suspects";

export function ActionsTab({ incident }: { incident: Incident }) {
  const t = useT();
  const { may } = useSession();
  const block = useBlock();
  const query = useQuery(ask.actions({ incident: incident.id, limit: 200 }));
  const suspects = suspectsOf(incident).slice(0, 12);
  return (
    <div className="column">
      <div className="row wrap">
        <span className="quiet">{t.incident.suspects}</span>
        {suspects.length === 0 && <span className="quiet">{t.incident.noSuspects}</span>}
        {suspects.map((s) => <span key={s} className="row"><Chip kind="address" name={s} role="actor" />{may("respond") && <Button danger onClick={() => block({ target: s, incidentId: incident.id })}>{t.chip.block}</Button>}</span>)}
      </div>
      <Ask query={query}>{(page) => (itemsOf(page).length ? <ActionTable actions={itemsOf(page)} /> : <Empty title={t.incident.noActions} lead={t.incident.noActionsLead} />)}</Ask>
    </div>
  );
}
