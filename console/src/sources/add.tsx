import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Modal, Spin } from "antd";
import { useMemo, useState } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { EventsPage, Setup, SourceStatus } from "../api/vocabulary";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { exactly } from "../ui/logsql";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** From choosing a client to the first record, raw and understood side by side. */
export function AddSource({ onClose }: { onClose: () => void }) {
  const t = useT();
  const setups = useQuery(ask.setups());
  const [client, setClient] = useState<string>();
  const [opened] = useState(() => Date.now());
  useKeys({ Escape: onClose }, { exclusive: true });
  return (
    <Modal open onCancel={onClose} footer={null} title={t.sources.add} width={980} transitionName="" maskTransitionName="" className="add-source">
      <Ask query={setups} rows={8}>
        {(page) => {
          const all = itemsOf(page);
          const chosen = all.find((s) => s.client === client) ?? all[0];
          if (!chosen) return <Empty title={t.sources.noSetup} />;
          return (
            <div className="add-grid">
              <div>
                <div className="section-title">1 · {t.sources.chooseClient}</div>
                <div className="add-clients">{all.map((s) => <button key={s.client} type="button" className={s.client === chosen.client ? "palette-item on" : "palette-item"} aria-pressed={s.client === chosen.client} onClick={() => setClient(s.client)}>{s.title}</button>)}</div>
              </div>
              <div className="column"><Paste setup={chosen} /><Wait since={opened} /></div>
            </div>
          );
        }}
      </Ask>
    </Modal>
  );
}

function Paste({ setup }: { setup: Setup }) {
  const t = useT();
  const { message } = App.useApp();
  const parts = setup.config.split(/(YOUR_TOKEN)/);
  return (
    <section>
      <div className="row"><div className="section-title grow">2 · {t.sources.paste}{setup.file ? <> · <span className="mono">{setup.file}</span></> : null}</div>
        <Button icon={<Icon name="copy" size={14} />} onClick={() => void navigator.clipboard?.writeText(setup.config).then(() => message.success(t.common.copied))}>{t.sources.copyConfig}</Button></div>
      {setup.off && <div className="hunt-fault flush" role="alert">{setup.off}</div>}
      <pre className="raw" tabIndex={0}>{parts.map((p, i) => (p === "YOUR_TOKEN" ? <mark key={i}>{p}</mark> : <span key={i}>{p}</span>))}</pre>
      <div className="row quiet">{setup.token && <span className="grow">{t.sources.pasteLead}</span>}{setup.docs && <span className="mono">{setup.docs}</span>}</div>
    </section>
  );
}

/** Watches for a source that had not spoken before the dialog was opened. */
function Wait({ since }: { since: number }) {
  const t = useT();
  const query = useQuery({ ...ask.sources(), refetchInterval: 2000 });
  const [known, setKnown] = useState<ReadonlySet<string>>();
  const all = query.data?.items;
  if (all && !known) setKnown(new Set(all.map((s) => s.name)));
  const fresh = useMemo(() => all?.find((s) => known && (!known.has(s.name) || Date.parse(s.first) > since)), [all, known, since]);
  return (
    <section>
      <div className="section-title">3 · {t.sources.wait}</div>
      {fresh ? <Arrived source={fresh} /> : <div className="row quiet boxed" role="status"><Spin /> {t.sources.waiting}</div>}
    </section>
  );
}

function Arrived({ source }: { source: SourceStatus }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["events", "first", source.name],
    queryFn: ({ signal }) => api.get<EventsPage>("/events", { query: exactly("vedette.source", source.name), limit: 1 }, signal),
    refetchInterval: (q) => (q.state.data?.items.length ? false : 1000),
  });
  const event = query.data?.items[0];
  return (
    <div className="column">
      <div className="verdict good" role="status"><Icon name="check" /> <b className="grow">{t.sources.arrived(source.name)}</b><Time at={source.first} full /></div>
      {event && (
        <div className="pair">
          <div><div className="section-title">{t.sources.rawSide}</div><pre className="raw" tabIndex={0}>{event.message}</pre></div>
          <div><div className="section-title">{t.sources.parsedSide}: {event.dataset}</div><div className="raw" tabIndex={0}><dl className="facts">{Object.entries(event.fields).map(([k, v]) => <span key={k} className="contents"><dt className="mono">{k}</dt><dd className="mono">{v}</dd></span>)}</dl></div></div>
        </div>
      )}
      <div><Link to="/hunt" search={{ query: exactly("vedette.source", source.name) }}>{t.sources.hunt}</Link></div>
    </div>
  );
}
