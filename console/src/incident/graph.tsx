import { Background, BaseEdge, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type EdgeProps, type Node, type NodeProps, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import type { EntityRef, Evidence } from "../api/vocabulary";
import { useMode } from "../app/theme";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Empty } from "../ui/states";
import { inFocus, keyOf, useFocus } from "./focus";
import { layOut, nodeHeight, viewOf, type Way } from "./layout";
import { pictureOf, type PictureNode } from "./links";

type Data = { entity: EntityRef; members: EntityRef[]; names: string[]; label: string; folded: number; open: boolean; onFold: () => void };
type EntityNode = Node<Data, "entity">;

/** Text is drawn at 12 px: at this zoom it is still 11. */
const leastZoom = 0.92;
const textWidth = (text: string, narrow: number, wide: number) => [...text].reduce((n, c) => n + (c.charCodeAt(0) > 255 ? wide : narrow), 0);

/** Long paths keep their end, which tells them apart. */
const short = (name: string) => (name.length > 26 ? `…${name.slice(-25)}` : name);

const EntityBox = memo(function EntityBox({ data }: NodeProps<EntityNode>) {
  const t = useT();
  const { entity, members, names, label, folded, open, onFold } = data;
  const gathered = members.length > 1 && names.length === 0;
  const tip = gathered ? members.map((m) => m.name).join("\n") : [entity.name, ...names].join("\n");
  return (
    <div className={`gr-node ${entity.role ? `is-${entity.role}` : ""} ${gathered ? "many" : ""}`} title={`${t.entity[entity.kind]}: ${tip}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Icon name={entity.kind} size={14} /><span className="gr-name">{label}</span>
      {folded > 0 && <button type="button" className={open ? "gr-fold nopan on" : "gr-fold nopan"} aria-expanded={open} aria-label={`${entity.name}: ${open ? t.incident.fewer : t.incident.more(folded)}`} title={open ? t.incident.fewer : t.incident.more(folded)} onClick={(e) => { e.stopPropagation(); onFold(); }}>{open ? "−" : `+${folded}`}</button>}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

type LinkEdge = Edge<{ way: Way }, "link">;

const LinkLine = memo(function LinkLine({ id, data, label, markerEnd }: EdgeProps<LinkEdge>) {
  const way = data?.way;
  return way ? <BaseEdge id={id} path={way.path} labelX={way.x} labelY={way.y} label={label} labelBgPadding={[4, 2]} markerEnd={markerEnd} /> : null;
});

const nodeTypes = { entity: EntityBox };
const edgeTypes = { link: LinkLine };

const widthOf = (n: PictureNode, label: string) => Math.min(260, 42 + textWidth(label, 7.1, 12.2) + (n.folded ? 42 : 0));

/** Entities and what passed between them; pointing at one lights up its part of the timeline. */
export function Graph({ evidence }: { evidence: readonly Evidence[] }) {
  const t = useT();
  const { mode } = useMode();
  const { focus, setFocus } = useFocus();
  const navigate = useNavigate();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const picture = useMemo(() => pictureOf(evidence, open), [evidence, open]);
  const names = useMemo(() => new Map(picture.nodes.map((n) => [n.key, n.members.length > 1 && n.names.length === 0 ? `${n.members.length} × ${t.entity[n.entity.kind]}` : short(n.entity.name)])), [picture, t]);
  const labels = useMemo(() => new Map(picture.links.map((l) => [l.id, [l.tactic ? t.passed[l.tactic] ?? t.tactics[l.tactic] ?? l.tactic : "", l.count > 1 ? `×${l.count}` : ""].filter(Boolean).join(" ")])), [picture, t]);
  const places = useMemo(() => {
    const widths = new Map(picture.nodes.map((n) => [n.key, widthOf(n, names.get(n.key) ?? "")]));
    return layOut(picture, (key) => widths.get(key) ?? 80, (id) => textWidth(labels.get(id) ?? "", 6.2, 11.2) + 16);
  }, [picture, names, labels]);
  const [flow, setFlow] = useState<ReactFlowInstance<EntityNode, LinkEdge>>();
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = pane.current;
    if (!box || !flow || places.boxes.size === 0) return;
    const fit = () => void flow.setViewport(viewOf([...places.boxes.values(), ...places.words], { width: box.clientWidth, height: box.clientHeight }, leastZoom, 1.25));
    const size = new ResizeObserver(fit);
    size.observe(box);
    fit();
    return () => size.disconnect();
  }, [flow, places]);
  const lit = useMemo(() => new Set(evidence.filter((e) => inFocus(e, focus)).map((e) => e.number)), [evidence, focus]);
  const quiet = focus.entity === undefined && focus.evidence === undefined && focus.many === undefined && focus.until === undefined;
  const litNodes = useMemo(() => new Set(evidence.filter((e) => lit.has(e.number)).flatMap((e) => e.alert.entities.map((x) => picture.keys.get(keyOf(x)) ?? keyOf(x)))), [evidence, lit, picture]);
  const nowNodes = useMemo(() => new Set(evidence.filter((e) => e.number === focus.until).flatMap((e) => e.alert.entities.map((x) => picture.keys.get(keyOf(x)) ?? keyOf(x)))), [evidence, focus.until, picture]);
  const nodes = useMemo<EntityNode[]>(() => picture.nodes.map((n) => ({
    id: n.key, type: "entity", position: places.boxes.get(n.key) ?? { x: 0, y: 0 }, width: places.boxes.get(n.key)?.width, height: nodeHeight,
    data: { ...n, label: names.get(n.key) ?? "", onFold: () => setOpen((old) => { const next = new Set(old); if (!next.delete(n.key)) next.add(n.key); return next; }) },
    className: nowNodes.has(n.key) ? "now" : quiet || litNodes.has(n.key) ? undefined : "fade", ariaLabel: `${t.entity[n.entity.kind]} ${n.members.map((m) => m.name).join(", ")}`,
  })), [picture, places, names, litNodes, nowNodes, quiet, t]);
  const edges = useMemo<LinkEdge[]>(() => picture.links.map((l) => ({
    id: l.id, type: "link", source: l.from, target: l.to, label: labels.get(l.id), data: { way: places.ways.get(l.id) ?? { path: "", x: 0, y: 0 } },
    className: `gr-edge ${l.severity}${focus.until !== undefined && l.evidence.includes(focus.until) ? " now" : quiet || l.evidence.some((n) => lit.has(n)) ? "" : " fade"}`, markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
    ariaLabel: t.incident.edge(l.count), focusable: false,
  })), [picture, places, labels, lit, focus.until, quiet, t]);
  const enter = useCallback((_: unknown, node: Node) => setFocus({ entity: keyOf((node as EntityNode).data.entity) }), [setFocus]);
  const leave = useCallback(() => setFocus({}), [setFocus]);
  const show = useCallback((_: unknown, node: Node) => {
    const { entity } = (node as EntityNode).data;
    void navigate({ to: ".", search: (prev) => ({ ...prev, peek: `${entity.kind}:${entity.name}` }) });
  }, [navigate]);
  if (picture.nodes.length === 0) return <Empty title={t.incident.noGraph} />;
  return (
    <div className="graph-box" style={{ minHeight: Math.min(760, Math.max(296, places.height + 40)) }}>
    <div className="graph" ref={pane}>
      <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} colorMode={mode} onInit={setFlow} minZoom={0.3} maxZoom={2} nodesConnectable={false} nodesDraggable={false} edgesFocusable={false} proOptions={{ hideAttribution: true }} onNodeMouseEnter={enter} onNodeMouseLeave={leave} onNodeClick={show} preventScrolling={false} zoomOnScroll={false}>
        <Background gap={20} size={1} />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
    </div>
  );
}
