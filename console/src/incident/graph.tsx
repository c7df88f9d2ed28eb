import dagre from "@dagrejs/dagre";
import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, useCallback, useMemo } from "react";
import { useNavigate } from "@tanstack/react-router";
import type { EntityRef, Evidence } from "../api/vocabulary";
import { useMode } from "../app/theme";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { Empty } from "../ui/states";
import { inFocus, keyOf, useFocus } from "./focus";
import { pictureOf, type Picture } from "./links";

type EntityNode = Node<{ entity: EntityRef; members: EntityRef[]; label: string }, "entity">;

const height = 34;

/** Beyond so many connections their labels would hide the picture: they then show while one points. */
const maxLabels = 12;
const textWidth = (text: string, narrow: number, wide: number) => [...text].reduce((n, c) => n + (c.charCodeAt(0) > 255 ? wide : narrow), 0);
const widthOf = (name: string) => Math.min(240, 44 + textWidth(name, 7, 12));

/** Long paths keep their end, which tells them apart. */
const short = (name: string) => (name.length > 26 ? `…${name.slice(-25)}` : name);

const EntityBox = memo(function EntityBox({ data }: NodeProps<EntityNode>) {
  const t = useT();
  const { entity, members, label } = data;
  return (
    <div className={`gr-node ${entity.role ? `is-${entity.role}` : ""} ${members.length > 1 ? "many" : ""}`} title={`${t.entity[entity.kind]}: ${members.map((m) => m.name).join("\n")}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Icon name={entity.kind} size={14} /><span>{label}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

const nodeTypes = { entity: EntityBox };

function layOut({ nodes, links }: Picture, names: ReadonlyMap<string, string>, labels: ReadonlyMap<string, number> | undefined): Map<string, { x: number; y: number }> {
  const g = new dagre.graphlib.Graph();
  g.setGraph({ rankdir: "LR", nodesep: labels ? 22 : 14, ranksep: labels ? 28 : 56, marginx: 8, marginy: 8 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const n of nodes) g.setNode(n.key, { width: widthOf(names.get(n.key) ?? ""), height });
  for (const l of links) g.setEdge(l.from, l.to, labels ? { width: labels.get(l.id) ?? 60, height: 16, labelpos: "c" } : {});
  dagre.layout(g);
  return new Map(nodes.map((n) => {
    const at = g.node(n.key) as { x: number; y: number; width: number };
    return [n.key, { x: at.x - at.width / 2, y: at.y - height / 2 }];
  }));
}

/** Entities and what passed between them; pointing at one lights up its part of the timeline. */
export function Graph({ evidence }: { evidence: readonly Evidence[] }) {
  const t = useT();
  const { mode } = useMode();
  const { focus, setFocus } = useFocus();
  const navigate = useNavigate();
  const picture = useMemo(() => pictureOf(evidence), [evidence]);
  const names = useMemo(() => new Map(picture.nodes.map((n) => [n.key, n.members.length > 1 ? `${n.members.length} × ${t.entity[n.entity.kind]}` : short(n.entity.name)])), [picture, t]);
  const labels = useMemo(() => new Map(picture.links.map((l) => [l.id, `${l.tactics.map((x) => t.tactics[x] ?? x).slice(0, 1).join(", ")}${l.count > 1 ? ` ×${l.count}` : ""}`])), [picture, t]);
  const roomy = picture.links.length <= maxLabels;
  const places = useMemo(() => layOut(picture, names, roomy ? new Map([...labels].map(([id, text]) => [id, textWidth(text, 5.4, 10.5) + 14])) : undefined), [picture, names, labels, roomy]);
  const lit = useMemo(() => new Set(evidence.filter((e) => inFocus(e, focus)).map((e) => e.number)), [evidence, focus]);
  const quiet = focus.entity === undefined && focus.evidence === undefined && focus.until === undefined;
  const litNodes = useMemo(() => new Set(evidence.filter((e) => lit.has(e.number)).flatMap((e) => e.alert.entities.map(keyOf))), [evidence, lit]);
  const nodes = useMemo<EntityNode[]>(() => picture.nodes.map((n) => ({
    id: n.key, type: "entity", position: places.get(n.key) ?? { x: 0, y: 0 }, data: { entity: n.entity, members: n.members, label: names.get(n.key) ?? "" }, width: widthOf(names.get(n.key) ?? ""), height,
    className: quiet || n.members.some((m) => litNodes.has(keyOf(m))) ? undefined : "fade", ariaLabel: `${t.entity[n.entity.kind]} ${n.members.map((m) => m.name).join(", ")}`,
  })), [picture, places, names, litNodes, quiet, t]);
  const edges = useMemo<Edge[]>(() => picture.links.map((l) => ({
    id: l.id, source: l.from, target: l.to, label: roomy || (!quiet && l.evidence.some((n) => lit.has(n))) ? labels.get(l.id) : undefined,
    className: `gr-edge ${l.severity}${quiet || l.evidence.some((n) => lit.has(n)) ? "" : " fade"}`, markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
    ariaLabel: t.incident.edge(l.count), focusable: false,
  })), [picture, labels, roomy, lit, quiet, t]);
  const enter = useCallback((_: unknown, node: Node) => setFocus({ entity: keyOf((node as EntityNode).data.entity) }), [setFocus]);
  const leave = useCallback(() => setFocus({}), [setFocus]);
  const open = useCallback((_: unknown, node: Node) => {
    const { entity } = (node as EntityNode).data;
    void navigate({ to: ".", search: (prev) => ({ ...prev, peek: `${entity.kind}:${entity.name}` }) });
  }, [navigate]);
  if (picture.nodes.length === 0) return <Empty title={t.incident.noGraph} />;
  return (
    <div className="graph">
      <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} colorMode={mode} fitView fitViewOptions={{ padding: 0.08, maxZoom: 1.1 }} minZoom={0.2} nodesConnectable={false} nodesDraggable={false} edgesFocusable={false} proOptions={{ hideAttribution: true }} onNodeMouseEnter={enter} onNodeMouseLeave={leave} onNodeClick={open} preventScrolling={false} zoomOnScroll={false}>
        <Background gap={20} size={1} />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  );
}
