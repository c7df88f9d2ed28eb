import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { Problem } from "../api/client";
import { useT } from "../i18n";

/** What a panel shows instead of its content when asking for it failed. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  const problem = error instanceof Problem ? error : undefined;
  if (problem?.status === 403) {
    return <div className="state-box" role="status"><strong>{t.state.deniedTitle}</strong><span>{t.state.denied}</span></div>;
  }
  const text = problem?.status === 0 ? t.state.unreachable : problem?.status === 404 ? t.state.notFound : problem?.message || String(error);
  return (
    <div className="state-box" role="alert">
      <strong>{t.state.errorTitle}</strong>
      <span>{text}</span>
      {problem && <span className="mono">{t.state.code}: {problem.code}</span>}
      {retry && <div className="actions"><Button onClick={retry}>{t.common.retry}</Button></div>}
    </div>
  );
}

export function Empty({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <div className="state-box">
      <strong>{title}</strong>
      {lead && <span>{lead}</span>}
      {children && <div className="actions">{children}</div>}
    </div>
  );
}

export function Loading({ rows = 4 }: { rows?: number }) {
  const t = useT();
  return (
    <div className="panel-body" role="status" aria-label={t.common.loading}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Shows a query's data, or the right one of loading and error. */
export function Ask<T>({ query, rows, children }: { query: Query<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Loading rows={rows} />;
  return <Failed error={query.error} retry={() => void query.refetch()} />;
}

export function Panel({ title, extra, children, className, flush = false }: { title: ReactNode; extra?: ReactNode; children: ReactNode; className?: string; flush?: boolean }) {
  return (
    <section className={`panel ${className ?? ""}`}>
      <header className="panel-head"><h2>{title}</h2>{extra}</header>
      <div className={flush ? "panel-flush" : "panel-body"}>{children}</div>
    </section>
  );
}
