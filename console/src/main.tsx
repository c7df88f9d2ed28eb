import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/client";
import { KeysProvider } from "./app/shortcuts";
import { router } from "./app/router";
import { ThemeProvider } from "./app/theme";
import { LanguageProvider } from "./i18n";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/screens.css";

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
    },
    mutations: {
      onError: (error) => {
        if (error instanceof Problem && error.status === 401) void client.invalidateQueries({ queryKey: ["session"] });
      },
    },
  },
});

// An answer that says "who are you?" means that the session has ended: the gate asks again.
client.getQueryCache().subscribe((event) => {
  if (event.type !== "updated" || event.action.type !== "error" || event.query.queryKey[0] === "session") return;
  if (event.action.error instanceof Problem && event.action.error.status === 401) void client.invalidateQueries({ queryKey: ["session"] });
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LanguageProvider>
        <ThemeProvider>
          <KeysProvider>
            <RouterProvider router={router} />
          </KeysProvider>
        </ThemeProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
