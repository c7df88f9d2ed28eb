import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { intelTabs } from "../app/router";
import { useT } from "../i18n";
import { AllowList } from "./allow";
import { Feeds } from "./feeds";
import { Indicators } from "./indicators";
import { Sightings } from "./sightings";

/** What is known to be bad, who says so, and where it was seen. */
export function IntelScreen() {
  const t = useT().intel;
  const search = useSearch({ from: "/intel" });
  const navigate = useNavigate({ from: "/intel" });
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const tab = search.tab ?? "indicators";
  const tabs = (
    <>
      <h1>{t.title}</h1>
      <nav className="head-tabs" aria-label={t.title}>
        {intelTabs.map((x) => <Link key={x} to="/intel" search={{ tab: x === "indicators" ? undefined : x }} className={x === tab ? "head-tab active" : "head-tab"} activeProps={{ className: "" }} aria-current={x === tab ? "page" : undefined}>{t.tabs[x]}</Link>)}
      </nav>
    </>
  );
  if (tab === "feeds") return <Feeds head={tabs} />;
  if (tab === "sightings") return <Sightings head={tabs} />;
  if (tab === "allow") return <AllowList head={tabs} />;
  return <Indicators head={tabs} search={search} set={set} />;
}
