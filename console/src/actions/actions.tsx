import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { ask, itemsOf } from "../api/queries";
import { actionViews } from "../app/router";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Ask, Empty } from "../ui/states";
import { useBlock } from "./block";
import { ActionTable } from "./table";

const states = { waiting: "proposed", live: "active,applying", all: undefined } as const;

/** Every action of the house: what waits for a person, what is in force, what has been. */
export function ActionsScreen() {
  const t = useT();
  const { may } = useSession();
  const block = useBlock();
  const navigate = useNavigate();
  const { view = "all" } = useSearch({ from: "/actions" });
  const query = useQuery(ask.actions({ state: states[view], limit: 200 }));
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{t.actions.title}</h1>
        <Segmented value={view} onChange={(v) => void navigate({ to: "/actions", search: { view: v } })} options={actionViews.map((v) => ({ value: v, label: t.actions[v] }))} />
        <span className="quiet grow">{t.actions.lead}</span>
        {!may("respond") && <ReadOnly respond />}
        {may("respond") && <Button danger onClick={() => block({})}>{t.actions.blockTitle}</Button>}
      </div>
      <div className="padded">
        <div className="panel">
          <Ask query={query}>
            {(page) => itemsOf(page).length ? <ActionTable actions={itemsOf(page)} withIncident /> : <Empty title={t.actions.empty} lead={t.incident.noActionsLead} />}
          </Ask>
        </div>
      </div>
    </div>
  );
}
