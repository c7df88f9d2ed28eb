import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { Dropdown } from "antd";
import { Suspense, lazy, useMemo, useState } from "react";
import { BlockProvider, useBlock } from "../actions/block";
import { ask } from "../api/queries";
import { EntityPeek } from "../entity/peek";
import { useLanguage, useT } from "../i18n";
import { ChipProvider, isEntity, type ChipDeeds } from "../ui/chip";
import { Icon } from "../ui/icons";
import { entityQuery, exactly, quote } from "../ui/logsql";
import { HelpSheet } from "./help";
import { LiveProvider, useLive } from "./live";
import { ChangePassword, Logo } from "./login";
import { RangePick } from "./range-pick";
import { SessionGate, useSession } from "./session";
import { useKeys } from "./shortcuts";
import { useMode } from "./theme";

const Palette = lazy(() => import("./palette").then((m) => ({ default: m.Palette })));

export const screens = ["today", "incidents", "hunt", "entities", "rules", "noise", "intel", "sources", "actions"] as const;

export function Shell() {
  return <SessionGate><LiveProvider><BlockProvider><House /></BlockProvider></LiveProvider></SessionGate>;
}

/** What chips do, wherever they stand. */
function useDeeds(): ChipDeeds {
  const navigate = useNavigate();
  const block = useBlock();
  const { may } = useSession();
  const respond = may("respond");
  return useMemo<ChipDeeds>(() => ({
    peek: (v) => void navigate({ to: ".", search: (prev) => ({ ...prev, peek: `${v.kind}:${v.name}` }) }),
    hunt: (v) => void navigate({ to: "/hunt", search: { query: isEntity(v) ? entityQuery(v.kind, v.name) : v.field ? exactly(v.field, v.name) : quote(v.name) } }),
    incidents: (v) => void navigate({ to: "/incidents", search: { view: "all", entity: `${v.kind}:${v.name}` } }),
    block: respond ? (v) => block({ target: v.name }) : undefined,
  }), [navigate, block, respond]);
}

function House() {
  const t = useT();
  const navigate = useNavigate();
  const { mode, setMode } = useMode();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const peek = useSearch({ strict: false, select: (s) => (s as { peek?: string }).peek });
  const deeds = useDeeds();
  const closePeek = () => void navigate({ to: ".", search: (prev) => ({ ...prev, peek: undefined }) });
  useKeys({
    "mod+k": () => setPalette(true), "?": () => setHelp(true),
    "g t": () => void navigate({ to: "/today" }), "g i": () => void navigate({ to: "/incidents" }), "g e": () => void navigate({ to: "/entities" }), "g h": () => void navigate({ to: "/hunt" }),
    "g r": () => void navigate({ to: "/rules" }), "g n": () => void navigate({ to: "/intel" }), "g o": () => void navigate({ to: "/noise" }), "g s": () => void navigate({ to: "/sources" }), "g a": () => void navigate({ to: "/actions" }),
    "g d": () => setMode(mode === "dark" ? "light" : "dark"),
  });
  return (
    <ChipProvider deeds={deeds}>
      <a className="skip" href="#main">{t.nav.skip}</a>
      <div className="app">
        <Nav />
        <Top onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
        <main className="main" id="main" tabIndex={-1}><Outlet /></main>
      </div>
      {peek && <EntityPeek of={peek} onClose={closePeek} />}
      <HelpSheet open={help} onClose={() => setHelp(false)} />
      {palette && <Suspense fallback={null}><Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} /></Suspense>}
    </ChipProvider>
  );
}

const smallKey = "vedette.nav";

function Nav() {
  const t = useT();
  const [small, setSmall] = useState(() => localStorage.getItem(smallKey) === "small");
  const today = useQuery({ ...ask.today({ since: "24h" }), staleTime: 10_000 });
  const flip = () => {
    localStorage.setItem(smallKey, small ? "" : "small");
    setSmall(!small);
  };
  const counts: Partial<Record<(typeof screens)[number], number>> = { incidents: today.data?.incidents.open, actions: today.data?.approvals.waiting, sources: today.data?.silent?.length };
  return (
    <nav className={small ? "nav small" : "nav"} aria-label={t.nav.main}>
      <Link to="/today" className="nav-brand" aria-label="Vedette"><Logo /><span>Vedette</span></Link>
      {screens.map((name) => (
        <Link key={name} to={`/${name}`} className="nav-item" activeProps={{ className: "nav-item active", "aria-current": "page" }} activeOptions={{ includeSearch: false }} title={small ? t.nav[name] : undefined} aria-label={small ? t.nav[name] : undefined}>
          <Icon name={name} />
          <span>{t.nav[name]}</span>
          {counts[name] ? <span className="nav-count">{counts[name]}</span> : null}
        </Link>
      ))}
      <button type="button" className="icon-button nav-foot" onClick={flip} aria-label={small ? t.nav.expand : t.nav.collapse} title={small ? t.nav.expand : t.nav.collapse}>
        <Icon name={small ? "expand" : "collapse"} />
      </button>
    </nav>
  );
}

/** The range that a screen has when the address names none. */
export const defaultRange = (path: string): string | undefined => (path.startsWith("/today") || path.startsWith("/hunt") ? "24h" : undefined);

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

function Top({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const { t, language, setLanguage } = useLanguage();
  const { mode, setMode } = useMode();
  const { session, logout } = useSession();
  const { state } = useLive();
  const [changing, setChanging] = useState(false);
  const path = useRouterState({ select: (s) => s.location.pathname });
  const ranged = /^\/(today|hunt|incidents\/?$)/.test(path);
  return (
    <header className="top">
      <span className="top-tenant" title={t.shell.tenant}><Icon name="tenant" /> {session.tenant}</span>
      {ranged && <RangePick fallback={defaultRange(path)} />}
      <button type="button" className="top-search" onClick={onSearch}>
        <Icon name="search" size={14} /><span>{t.shell.search}</span><kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <span className={`live ${state}`} role="status" title={state === "live" ? undefined : t.shell[state]}>{state === "waiting" ? t.shell.waiting : t.shell[state]}</span>
      <button type="button" className="icon-button" onClick={() => setLanguage(language === "zh" ? "en" : "zh")} aria-label={t.shell.language} title={t.shell.language}>{language === "zh" ? "EN" : "中文"}</button>
      <button type="button" className="icon-button" onClick={() => setMode(mode === "dark" ? "light" : "dark")} aria-label={mode === "dark" ? t.shell.light : t.shell.dark} title={mode === "dark" ? t.shell.light : t.shell.dark}><Icon name={mode === "dark" ? "sun" : "moon"} /></button>
      <button type="button" className="icon-button" onClick={onHelp} aria-label={t.shell.help} title={`${t.shell.help} (?)`}><Icon name="help" /></button>
      <Dropdown trigger={["click"]} menu={{ items: [
        { key: "password", label: t.shell.changePassword, onClick: () => setChanging(true) },
        { key: "out", label: t.shell.logout, onClick: () => void logout() },
      ] }}>
        <button type="button" className="icon-button" title={t.shell.account}><Icon name="user" /> {session.name} <span className="quiet">{session.role ? t.shell.roles[session.role] : ""}</span></button>
      </Dropdown>
      {changing && <div className="cover"><ChangePassword name={session.name} onDone={() => setChanging(false)} /></div>}
    </header>
  );
}
