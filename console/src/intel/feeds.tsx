import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Input, Modal, Popconfirm, Segmented, Select } from "antd";
import { useId, useState, type ReactNode } from "react";
import { api } from "../api/client";
import { ask, itemsOf } from "../api/queries";
import type { Feed } from "../api/vocabulary";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useKeys } from "../app/shortcuts";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

const tone: Record<Feed["state"], string> = { waiting: "calm", polling: "accent", well: "good", failing: "bad", off: "calm" };
const kinds: readonly Feed["kind"][] = ["taxii", "misp", "misp-export", "stix", "list"];

/** Who brings indicators, when each was read last, and what came of it. */
export function Feeds({ head }: { head: ReactNode }) {
  const t = useT();
  const d = t.intel;
  const { may } = useSession();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(ask.feeds());
  const [adding, setAdding] = useState(false);
  const again = () => void client.invalidateQueries({ queryKey: ["intel"] });
  const onError = (e: Error) => message.error(e.message, 8);
  const path = (name: string) => `/intel/feeds/${encodeURIComponent(name)}`;
  const poll = useMutation({ mutationFn: (name: string) => api.post(`${path(name)}/poll`), onSuccess: again, onError });
  const flip = useMutation({ mutationFn: (f: Feed) => api.patch(path(f.name), { off: !f.off }), onSuccess: again, onError });
  const remove = useMutation({ mutationFn: (name: string) => api.delete(path(name)), onSuccess: () => { message.success(d.removed); again(); }, onError });
  const admin = may("admin");
  return (
    <div className="screen">
      <div className="screen-head tabbed">{head}<span className="grow" />{admin ? <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>{d.addFeed}</Button> : <ReadOnly />}</div>
      <div className="screen-body"><div className="table-box" tabIndex={0}>
        <Ask query={query} rows={8}>
          {(page) => itemsOf(page).length === 0 ? <Empty title={d.noFeeds} lead={d.noFeedsLead}>{admin && <Button type="primary" onClick={() => setAdding(true)}>{d.addFeed}</Button>}</Empty> : (
            <table className="list-table rows">
              <thead><tr><th>{d.columns.state}</th><th>{d.columns.name}</th><th>{d.feedKind}</th><th>{d.columns.from}</th><th>{d.columns.poll}</th><th>{d.columns.next}</th><th className="right">{d.brought}</th><th><span className="visually-hidden">{d.remove}</span></th></tr></thead>
              <tbody>{itemsOf(page).map((f) => (
                <tr key={f.name}>
                  <td><span className={`badge ${tone[f.state]}`}><Icon name={f.state === "well" ? "check" : f.state === "failing" ? "warning" : f.state === "off" ? "stop" : "clock"} size={12} /> {d.feedState[f.state]}</span></td>
                  <td><Link to="/intel" search={{ feed: f.name }}><b>{f.name}</b></Link>{f.error && <div className="text-bad wrap-any">{f.error}</div>}</td>
                  <td className="nowrap">{d.format[f.kind]}</td><td className="mono wrap-any quiet">{f.url}{f.collections.length > 0 && <div>{f.collections.join(", ")}</div>}</td>
                  <td className="nowrap"><Time at={f.last_poll} empty={t.common.never} /></td><td className="nowrap"><Time at={f.next_poll} /></td>
                  <td className="right" title={f.last.skipped.map((x) => `${x.count} ${x.reason}`).join("\n") || undefined}>{formatCount(f.last.read)}{f.last.added > 0 && <span className="text-good"> +{formatCount(f.last.added)}</span>}</td>
                  <td className="nowrap">{may("write") && !f.off && <Button size="small" loading={poll.isPending && poll.variables === f.name} onClick={() => poll.mutate(f.name)}>{d.pollNow}</Button>}{admin && f.origin === "person" && <> <Button size="small" onClick={() => flip.mutate(f)}>{f.off ? d.on : d.off}</Button> <Popconfirm title={d.removeFeed} description={d.removeFeedLead} okText={d.remove} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate(f.name)}><Button size="small" danger>{d.remove}</Button></Popconfirm></>}</td>
                </tr>
              ))}</tbody>
            </table>
          )}
        </Ask>
      </div></div>
      {adding && <AddFeed onClose={() => setAdding(false)} />}
    </div>
  );
}

function AddFeed({ onClose }: { onClose: () => void }) {
  const t = useT();
  const d = t.intel;
  const { message } = App.useApp();
  const client = useQueryClient();
  const [feed, setFeed] = useState({ name: "", kind: "taxii" as Feed["kind"], url: "", username: "", secret: "", hours: 6 });
  const set = (next: Partial<typeof feed>) => setFeed((f) => ({ ...f, ...next }));
  const ids = [useId(), useId(), useId(), useId(), useId()] as const;
  useKeys({ Escape: onClose }, { exclusive: true });
  const save = useMutation({
    mutationFn: () => api.post<Feed>("/intel/feeds", {
      name: feed.name.trim(), kind: feed.kind, url: feed.url.trim(), interval_seconds: feed.hours * 3600,
      ...(feed.username ? { username: feed.username, password: feed.secret } : feed.secret ? { token: feed.secret } : {}),
    }),
    onSuccess: () => { message.success(d.feedAdded); void client.invalidateQueries({ queryKey: ["intel"] }); onClose(); },
    onError: (e) => message.error(e.message, 8),
  });
  return (
    <Modal open title={d.addFeed} onCancel={onClose} okText={d.add} cancelText={t.common.cancel} okButtonProps={{ disabled: !feed.name.trim() || !feed.url.trim() }} confirmLoading={save.isPending} onOk={() => save.mutate()} width={600} transitionName="" maskTransitionName="">
      <div className="column">
        <p className="quiet flush">{d.noFeedsLead}</p>
        <div><label htmlFor={ids[0]}>{d.feedName}</label><Input id={ids[0]} value={feed.name} onChange={(e) => set({ name: e.target.value })} maxLength={64} autoFocus /></div>
        <div><label htmlFor={ids[1]}>{d.feedKind}</label><Select id={ids[1]} className="wide-field" value={feed.kind} onChange={(kind) => set({ kind })} options={kinds.map((k) => ({ value: k, label: d.format[k] }))} /></div>
        <div><label htmlFor={ids[2]}>{d.feedURL}</label><Input id={ids[2]} className="mono" value={feed.url} onChange={(e) => set({ url: e.target.value })} placeholder="https://" /></div>
        <div className="row gap-16"><div className="grow"><label htmlFor={ids[3]}>{d.user}</label><Input id={ids[3]} value={feed.username} onChange={(e) => set({ username: e.target.value })} autoComplete="off" /></div><div className="grow"><label htmlFor={ids[4]}>{d.token}</label><Input.Password id={ids[4]} value={feed.secret} onChange={(e) => set({ secret: e.target.value })} autoComplete="new-password" /></div></div>
        <div><div>{d.everyHours}</div><Segmented value={feed.hours} onChange={(hours) => set({ hours })} options={[1, 6, 24].map((n) => ({ value: n, label: d.hours(n) }))} aria-label={d.everyHours} /></div>
      </div>
    </Modal>
  );
}
