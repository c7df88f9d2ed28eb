import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { useSession } from "./session";

/** Stands where buttons would be for who may only look: what is missing, and who can grant it. */
export function ReadOnly({ respond = false }: { respond?: boolean }) {
  const t = useT();
  const { session, may } = useSession();
  const role = session.role ? t.shell.roles[session.role] : session.name;
  return <span className="read-only quiet"><Icon name="user" size={12} /> {respond && may("write") ? t.state.respondNeeds : t.state.readOnly(role)}</span>;
}
