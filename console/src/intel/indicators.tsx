import { useMutation, useQueryClient, useInfiniteQuery } from "@tanstack/react-query";
import { App, Button, Input, Select, Upload } from "antd";
import type { ReactNode } from "react";
import { api, queryString } from "../api/client";
import { itemsOf } from "../api/queries";
import type { Indicator, IntelReport, Page } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { AddIndicator } from "./add";
import { IndicatorFlyout } from "./flyout";
import { Confidence, IndicatorBadge, Tlp } from "./marks";

const kinds = ["address", "network", "domain", "url", "email", "md5", "sha1", "sha256", "sha512", "imphash"] as const;
const states = ["live", "expired", "revoked"] as const;
type Search = { q?: string; kind?: string; state?: string; feed?: string; id?: string; add?: string };

export function Indicators({ head, search, set }: { head: ReactNode; search: Search; set: (next: Search) => void }) {
  const t = useT();
  const d = t.intel;
  const { may } = useSession();
  const filter = { kind: search.kind, state: search.state, feed: search.feed, q: search.q };
  const query = useInfiniteQuery({
    queryKey: ["intel", "indicators", filter], initialPageParam: undefined as string | undefined, getNextPageParam: (last: Page<Indicator>) => last.next || undefined,
    queryFn: ({ signal, pageParam }) => api.get<Page<Indicator>>("/intel/indicators", { ...filter, limit: 100, cursor: pageParam }, signal),
  });
  const rows = (query.data?.pages ?? []).flatMap((p) => itemsOf(p));
  const total = query.data?.pages[0]?.total ?? rows.length;
  const filtered = Boolean(search.q || search.kind || search.state || search.feed);
  useKeys({ Escape: () => { if (!search.id) return false; set({ id: undefined }); } });
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        {head}
        <Input className="head-search" value={search.q ?? ""} onChange={(e) => set({ q: e.target.value || undefined })} prefix={<Icon name="search" size={14} />} placeholder={d.search} aria-label={d.search} allowClear />
        <Select className="head-select" value={search.kind ?? ""} onChange={(v) => set({ kind: v || undefined })} aria-label={d.columns.kind} options={[{ value: "", label: d.anyKind }, ...kinds.map((k) => ({ value: k as string, label: d.kind[k] }))]} />
        <Select className="head-select" value={search.state ?? ""} onChange={(v) => set({ state: v || undefined })} aria-label={d.columns.state} options={[{ value: "", label: d.anyState }, ...states.map((k) => ({ value: k as string, label: d.state[k] }))]} />
        {search.feed && <Button onClick={() => set({ feed: undefined })} title={t.state.clearFilter}>{d.columns.name}: {search.feed} <Icon name="close" size={12} /></Button>}
        <span className="grow" />
        {query.data && <span className="quiet nowrap">{d.count(total)}</span>}
        {total > 0 && <Button icon={<Icon name="download" size={14} />} href={`/api/v1/intel/export${queryString({ kind: search.kind, feed: search.feed, max_tlp: "amber" })}`} download="vedette-indicators.json" title={d.exportHint}>{d.export}</Button>}
        {may("write") ? <><Import /><Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => set({ add: "1" })}>{d.add}</Button></> : <ReadOnly />}
      </div>
      <div className="screen-body">
        <div className="table-box" tabIndex={0}>
          <Ask query={query} rows={10}>
            {() => rows.length === 0 ? (filtered ? <Empty title={t.state.emptyFilter}><Button onClick={() => set({ q: undefined, kind: undefined, state: undefined, feed: undefined })}>{t.state.clearFilter}</Button></Empty> : <Empty title={d.empty} lead={d.emptyLead}>{may("write") && <Button type="primary" onClick={() => set({ add: "1" })}>{d.add}</Button>}</Empty>) : (
              <>
                <table className="list-table rows">
                  <thead><tr><th>{d.columns.state}</th><th>{d.columns.kind}</th><th>{d.columns.value}</th><th>{d.columns.confidence}</th>{!search.id && <><th>{d.columns.severity}</th><th>{d.columns.tlp}</th><th>{d.columns.feeds}</th><th>{d.columns.until}</th></>}<th className="right">{d.columns.seen}</th>{!search.id && <th>{d.columns.last}</th>}</tr></thead>
                  <tbody>
                    {rows.map((x) => (
                      <tr key={x.id} className={x.id === search.id ? "shown" : undefined} onClick={() => set({ id: x.id })}>
                        <td><IndicatorBadge state={x.state} why={x.why} /></td><td className="nowrap">{d.kind[x.kind]}</td>
                        <td><button type="button" className="plain name mono wrap-any" onClick={(e) => { e.stopPropagation(); set({ id: x.id }); }}>{x.value}</button>{x.labels.length > 0 && <div className="quiet">{x.labels.slice(0, 4).join(", ")}</div>}</td>
                        <td><Confidence value={x.confidence} base={x.base} /></td>{!search.id && <><td><Severity level={x.severity} /></td><td><Tlp word={x.tlp} /></td><td className="quiet feeds ellipsis" title={x.feeds.join(", ")}>{x.feeds.join(", ")}</td><td><Time at={x.valid_until} full /></td></>}
                        <td className="right">{x.sightings ? <b>{formatCount(x.sightings)}</b> : <span className="quiet">0</span>}</td>{!search.id && <td><Time at={x.last_seen} empty={t.common.never} /></td>}
                      </tr>
                    ))}
                  </tbody>
                </table>
                {query.hasNextPage && <div className="padded"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t.incident.loadMore} · {t.common.showing(rows.length, total)}</Button></div>}
              </>
            )}
          </Ask>
        </div>
        {search.id && <IndicatorFlyout key={search.id} id={search.id} onClose={() => set({ id: undefined })} />}
      </div>
      {search.add && may("write") && <AddIndicator onClose={() => set({ add: undefined })} />}
    </div>
  );
}

function Import() {
  const t = useT().intel;
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) => api.post<IntelReport>(`/intel/indicators${queryString({ feed: file.name.replace(/\W+/g, "-").slice(0, 60) })}`, undefined, { raw: { type: "application/octet-stream", data: file } }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["intel"] });
      const left = done.skipped.reduce((n, x) => n + x.count, 0);
      const text = [t.imported(done.added + done.updated), left ? t.refused(left) : ""].filter(Boolean).join(" · ");
      if (!left) { message.success(text); return; }
      notification.warning({ title: text, duration: 0, description: <ul className="plain-list">{done.skipped.slice(0, 20).map((x) => <li key={x.reason}><b>{formatCount(x.count)}</b> {x.reason}{x.example && <span className="mono quiet"> {x.example}</span>}</li>)}</ul> });
    },
    onError: (error) => message.error(error.message, 8),
  });
  return <Upload accept=".json,.csv,.txt" showUploadList={false} beforeUpload={(file) => { send.mutate(file); return false; }}><Button icon={<Icon name="upload" size={14} />} loading={send.isPending} title={t.importHint}>{t.import}</Button></Upload>;
}

