import { useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Dropdown, Input, Popover } from "antd";
import { Suspense, lazy, useCallback, useEffect, useMemo, useState } from "react";
import { useRange, useSetRange } from "../app/range-pick";
import { useKeys } from "../app/shortcuts";
import { palette, useMode } from "../app/theme";
import { useT } from "../i18n";
import { ChipFilterProvider, isEntity, type ChipFilter } from "../ui/chip";
import { Code } from "../ui/code";
import { Icon } from "../ui/icons";
import { entityQuery, exactly, withFilter } from "../ui/logsql";
import { Empty, Failed, Loading } from "../ui/states";
import { completion } from "./complete";
import { exportEvents, faultAt, recentQueries, rememberQuery, savedQueries, saveQuery, useEvents, useHistogram, useQuestion, type Question } from "./data";
import { FieldList } from "./fields";
import { EventFlyout } from "./flyout";
import { EventGrid } from "./grid";

const TimeBars = lazy(() => import("../ui/chart").then((m) => ({ default: m.TimeBars })));

/** Search in everything that was recorded. */
export function HuntScreen() {
  const t = useT();
  const search = useSearch({ from: "/hunt" });
  const navigate = useNavigate({ from: "/hunt" });
  const raw = useRange("24h");
  const range = useMemo(() => ({ since: raw.since, until: raw.until }), [raw.since, raw.until]);
  const query = search.query ?? "*";
  const [text, setText] = useState(query);
  const [run, setRun] = useState(0);
  useEffect(() => setText(query), [query]);
  const question = useQuestion(query, range, run);
  const events = useEvents(question);
  const rows = useMemo(() => events.data?.pages.flatMap((p) => p.items) ?? [], [events.data]);
  const columns = useMemo(() => (search.columns ? search.columns.split(",") : []), [search.columns]);
  const go = useCallback((next: Partial<typeof search>, replace = false) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace }), [navigate]);
  const submit = () => {
    const next = text.trim() || "*";
    rememberQuery(next);
    setRun((n) => n + 1);
    if (next !== query) go({ query: next, event: undefined });
  };
  const filter = useCallback((field: string, value: string, exclude: boolean) => go({ query: withFilter(query, exactly(field, value), exclude), event: undefined }), [go, query]);
  const chips = useMemo<ChipFilter>(() => {
    const part = (v: Parameters<ChipFilter["include"]>[0]) => (v.field ? exactly(v.field, v.name) : isEntity(v) ? entityQuery(v.kind, v.name) : JSON.stringify(v.name));
    return { include: (v) => go({ query: withFilter(query, part(v)), event: undefined }), exclude: (v) => go({ query: withFilter(query, part(v), true), event: undefined }) };
  }, [go, query]);
  const toggle = (field: string) => go({ columns: (columns.includes(field) ? columns.filter((c) => c !== field) : [...columns, field]).join(",") || undefined }, true);
  const at = search.event ? rows.findIndex((r) => r.id === search.event) : -1;
  const open = (index: number) => { const row = rows[index]; if (row?.id) go({ event: row.id }, true); };
  const step = (n: number) => open(Math.min(rows.length - 1, Math.max(0, at + n)));
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    Escape: () => { if (!search.event) return false; go({ event: undefined }, true); },
    "/": () => document.querySelector<HTMLElement>(".hunt-query .cm-content")?.focus(),
  });
  const complete = useMemo(() => completion(() => question), [question]);
  const fault = useMemo(() => faultAt(events.error, text), [events.error, text]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = events;
  const more = useCallback(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <ChipFilterProvider value={chips}>
      <div className="screen">
        <div className="hunt-bar">
          <h1 className="visually-hidden">{t.hunt.title}</h1>
          <div className="grow hunt-query"><Code value={text} onChange={setText} language="logsql" oneLine label={t.hunt.query} placeholder={t.hunt.placeholder} onSubmit={submit} complete={complete} problem={fault} /></div>
          <Button type="primary" size="middle" onClick={submit} loading={events.isFetching && !isFetchingNextPage}>{t.hunt.run}</Button>
          <Saved query={query} onChoose={(q) => go({ query: q, event: undefined })} />
          <Tools question={question} />
        </div>
        {fault && <div className="hunt-fault" role="alert"><Icon name="close" size={14} /> {fault.message} <span className="quiet">{t.hunt.position(fault.from + 1)}</span></div>}
        <Bars question={question} />
        <div className="screen-body">
          <FieldList question={question} columns={columns} onColumn={toggle} onFilter={filter} />
          <div className="hunt-main">
            {events.isPending ? <Loading rows={14} /> : events.error && !rows.length ? (fault ? null : <Failed error={events.error} retry={() => void events.refetch()} />) : rows.length === 0 ? <Empty title={t.hunt.empty} lead={t.hunt.emptyLead}><Button onClick={() => go({ query: "*" })}>{t.state.clearFilter}</Button></Empty> : (
              <EventGrid rows={rows} columns={columns} chosen={search.event} focused={at} onOpen={open} onEnd={more} />
            )}
            <div className="hunt-foot quiet" role="status">
              {events.data && <>{t.hunt.scanned}: {t.hunt.rows(rows.length)} · {t.hunt.took(events.data.pages[0]?.took_ms ?? 0)}{isFetchingNextPage ? ` · ${t.common.loading}` : ""}</>}
            </div>
          </div>
          {search.event && <EventFlyout key={search.event} id={search.event} known={rows[at]} onClose={() => go({ event: undefined }, true)} />}
        </div>
      </div>
    </ChipFilterProvider>
  );
}

function Bars({ question }: { question: Question }) {
  const t = useT();
  const { mode } = useMode();
  const setRange = useSetRange();
  const query = useHistogram(question, 60);
  const items = query.data?.items;
  const times = useMemo(() => items?.map((b) => b.time) ?? [], [items]);
  const series = useMemo(() => [{ name: t.hunt.kindEvents, color: palette[mode].accent, values: items?.map((b) => b.rows) ?? [] }], [items, mode, t]);
  const brush = useCallback((since: string, until: string) => setRange({ since, until }), [setRange]);
  const step = times.length > 1 ? Date.parse(times[1] as string) - Date.parse(times[0] as string) : 60_000;
  return (
    <div className="hunt-bars">
      <div className="hunt-bars-head quiet">{query.data ? <><b>{t.hunt.total(query.data.total)}</b> · {t.hunt.took(query.data.took_ms)} · {t.hunt.zoomHint}</> : t.hunt.histogram}</div>
      <div className="hunt-bars-box">{items ? <Suspense fallback={null}><TimeBars times={times} series={series} height={92} label={t.hunt.histogram} step={step} onBrush={brush} /></Suspense> : query.isPending ? null : null}</div>
    </div>
  );
}

function Saved({ query, onChoose }: { query: string; onChoose: (query: string) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const saved = open ? savedQueries() : [];
  const recent = open ? recentQueries() : [];
  const item = (key: string, label: string, q: string) => <button key={key} type="button" className="palette-item" onClick={() => { onChoose(q); setOpen(false); }}><span className="grow"><b>{label}</b> {label !== q && <span className="mono quiet">{q}</span>}</span></button>;
  const body = (
    <div className="saved-box">
      <div className="row"><Input value={name} onChange={(e) => setName(e.target.value)} placeholder={t.hunt.saveName} aria-label={t.hunt.saveName} /><Button disabled={!name.trim()} onClick={() => { saveQuery({ name: name.trim(), query }); setName(""); setOpen(false); }}>{t.hunt.save}</Button></div>
      <div className="section-title">{t.hunt.saved}</div>
      {saved.length ? saved.map((s) => item(`s${s.name}`, s.name, s.query)) : <span className="quiet">{t.hunt.noSaved}</span>}
      {recent.length > 0 && <div className="section-title">{t.hunt.recent}</div>}
      {recent.map((q) => item(`r${q}`, q, q))}
    </div>
  );
  return <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={body} arrow={false}><Button size="middle" icon={<Icon name="save" size={14} />} title={t.hunt.saved}>{t.hunt.save}</Button></Popover>;
}

function Tools({ question }: { question: Question }) {
  const t = useT();
  const { message } = App.useApp();
  const send = (format: "csv" | "json") => void exportEvents(question, format).catch((e: Error) => message.error(e.message));
  const link = () => {
    const url = new URL(window.location.href);
    url.searchParams.set("query", question.query);
    url.searchParams.set("since", question.since);
    url.searchParams.set("until", question.until);
    void navigator.clipboard?.writeText(url.href).then(() => message.success(t.common.copied));
  };
  return (
    <Dropdown trigger={["click"]} menu={{ items: [{ key: "link", label: t.hunt.link, onClick: link }, { key: "csv", label: t.hunt.exportCsv, onClick: () => send("csv") }, { key: "json", label: t.hunt.exportJson, onClick: () => send("json") }] }}>
      <Button size="middle" icon={<Icon name="more" size={14} />} aria-label={t.common.more} />
    </Dropdown>
  );
}
