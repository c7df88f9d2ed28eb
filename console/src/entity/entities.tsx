import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Input, Select, Tag, Upload } from "antd";
import { useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { itemsOf } from "../api/queries";
import type { Entity, EntityKind, Page } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { entityKinds, levels, type AssetsReport } from "./ask";
import "./entity.css";
import { Criticality, Risk } from "./marks";

/** All entities, the ones to look at first on top. */
export function EntitiesScreen() {
  const t = useT();
  const d = t.entityPage;
  const { may } = useSession();
  const navigate = useNavigate({ from: "/entities" });
  const search = useSearch({ from: "/entities" });
  const [at, setAt] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const set = (next: Partial<typeof search>) => { setAt(-1); void navigate({ to: "/entities", search: (prev) => ({ ...prev, ...next }), replace: true }); };
  const sort = search.sort ?? "risk";
  const filter = { kind: search.kind, q: search.q, sort, criticality: search.criticality, owner: search.owner, tag: search.tag, department: search.department };
  const query = useInfiniteQuery({
    queryKey: ["entities", filter], initialPageParam: undefined as string | undefined, getNextPageParam: (last: Page<Entity>) => last.next || undefined, refetchInterval: 15_000,
    queryFn: ({ signal, pageParam }) => api.get<Page<Entity>>("/entities", { ...filter, limit: 100, cursor: pageParam }, signal),
  });
  const rows = (query.data?.pages ?? []).flatMap((p) => itemsOf(p));
  const total = query.data?.pages[0]?.total ?? rows.length;
  const filtered = Boolean(search.q || search.kind || search.criticality || search.owner || search.tag || search.department);
  const open = (e: Entity | undefined) => e && void navigate({ to: "/entities/$kind/$name", params: { kind: e.kind, name: e.name } });
  const move = (by: number) => setAt((n) => Math.max(0, Math.min(rows.length - 1, n + by)));
  useKeys({ j: () => move(1), k: () => move(-1), Enter: () => (at < 0 ? false : void open(rows[at])), "/": () => box.current?.focus() });
  useEffect(() => { document.querySelector(".entity-rows tr.shown")?.scrollIntoView({ block: "nearest" }); }, [at]);
  const chosen = ([["owner", d.owner], ["department", d.department], ["tag", d.tags]] as const).filter(([name]) => search[name]);
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{d.title}</h1>
        <Input ref={(r) => { box.current = r?.input ?? null; }} className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={d.search} aria-label={d.search} allowClear />
        <Select className="head-select" value={search.kind ?? ""} onChange={(v) => set({ kind: (v || undefined) as EntityKind | undefined })} aria-label={d.anyKind} options={[{ value: "", label: d.anyKind }, ...entityKinds.map((k) => ({ value: k as string, label: t.entity[k] }))]} />
        <Select className="head-select" value={search.criticality ?? ""} onChange={(v) => set({ criticality: v || undefined })} aria-label={d.criticality} options={[{ value: "", label: d.anyCriticality }, ...levels.filter((n) => n > 0).map((n) => ({ value: String(n), label: n === 4 ? (d.level[n] as string) : d.atLeast(d.level[n] as string) }))]} />
        <Select className="head-select" value={sort} onChange={(v) => set({ sort: v === "risk" ? undefined : v })} aria-label={d.sortLabel} options={(["risk", "last"] as const).map((s) => ({ value: s, label: d.sort[s] }))} />
        {chosen.map(([name, label]) => <Button key={name} onClick={() => set({ [name]: undefined })} title={t.state.clearFilter}>{label}: {search[name]} <Icon name="close" size={12} /></Button>)}
        <span className="grow" />
        {query.data && <span className="quiet nowrap">{d.count(total)}</span>}
        {may("write") ? <Import /> : <ReadOnly />}
      </div>
      <div className="screen-body">
        <div className="table-box entity-rows" tabIndex={0}>
          <Ask query={query} rows={12}>
            {() => rows.length === 0 ? (filtered
              ? <Empty title={t.state.emptyFilter}><Button onClick={() => set({ q: undefined, kind: undefined, criticality: undefined, owner: undefined, tag: undefined, department: undefined })}>{t.state.clearFilter}</Button></Empty>
              : <Empty title={d.empty} lead={d.emptyLead}><Link to="/sources" search={{ add: "1" }}><Button type="primary">{d.addSource}</Button></Link></Empty>) : (
              <>
                <table className="list-table rows">
                  <thead><tr><th>{d.columns.risk}</th><th>{d.columns.name}</th><th>{d.columns.criticality}</th><th>{d.columns.owner}</th><th>{d.columns.department}</th><th>{d.columns.tags}</th><th className="right">{d.columns.incidents}</th><th className="right">{d.columns.alerts}</th><th>{d.columns.last}</th></tr></thead>
                  <tbody>
                    {rows.map((e, i) => (
                      <tr key={`${e.kind} ${e.name}`} className={i === at ? "shown" : undefined} onClick={() => open(e)}>
                        <td className="entity-risk"><Risk value={e.risk} /></td>
                        <td className="entity-name"><Link className="plain name" to="/entities/$kind/$name" params={{ kind: e.kind, name: e.name }} onClick={(ev) => ev.stopPropagation()}><Icon name={e.kind} size={14} /> <span className="ellipsis" title={e.name}>{e.name}</span></Link> <span className="quiet nowrap">{t.entity[e.kind]}{e.protected && <> · <Icon name="lock" size={12} aria-label={t.entity.protected} /></>}</span></td>
                        <td>{e.criticality === undefined ? <span className="quiet" title={`${d.level[-1]}: ${d.levelHint[-1]}`}>—</span> : <Criticality level={e.criticality} />}</td>
                        <td>{e.owner || <span className="quiet">—</span>}</td><td>{e.department || <span className="quiet">—</span>}</td>
                        <td className="entity-tags">{(e.tags ?? []).slice(0, 3).map((x) => <Tag key={x}>{x}</Tag>)}{(e.tags ?? []).length > 3 && <span className="quiet">+{(e.tags ?? []).length - 3}</span>}</td>
                        <td className="right">{e.incidents ? <b>{formatCount(e.incidents)}</b> : <span className="quiet">0</span>}</td>
                        <td className="right">{e.alerts ? formatCount(e.alerts) : <span className="quiet">0</span>}</td><td><Time at={e.last} /></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                {query.hasNextPage && <div className="padded"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t.incident.loadMore} · {t.common.showing(rows.length, total)}</Button></div>}
              </>
            )}
          </Ask>
        </div>
      </div>
    </div>
  );
}

function Import() {
  const d = useT().entityPage;
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) => api.post<AssetsReport>("/entities/import", undefined, { raw: { type: "text/csv", data: file } }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["entities"] });
      void client.invalidateQueries({ queryKey: ["entity"] });
      if (!done.problems.length) { message.success(d.imported(done.entities)); return; }
      notification.warning({ title: `${d.imported(done.entities)} · ${d.problems(done.problems.length)}`, duration: 0, description: <ul className="plain-list">{done.problems.slice(0, 20).map((p) => <li key={p.line}><b>{d.line(p.line)}</b> <span className="quiet">{p.text}</span></li>)}</ul> });
    },
    onError: (error) => message.error(error.message, 8),
  });
  return <Upload accept=".csv,.txt,.tsv" showUploadList={false} beforeUpload={(file) => { send.mutate(file); return false; }}><Button icon={<Icon name="upload" size={14} />} loading={send.isPending} title={d.importHint}>{d.import}</Button></Upload>;
}
