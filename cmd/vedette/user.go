package main

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

// newUser is the way back in for those who forgot the administrator's password: whoever may read the data directory may
// set a new one.
func newUser(s streams) *cobra.Command {
	user := &cobra.Command{Use: "user", Short: "Help people who cannot sign in"}
	var r remote
	reset := &cobra.Command{
		Use: "reset-password NAME", Short: "Give a user a new one-time password and end all sessions of that user", Args: cobra.ExactArgs(1),
		Long: "Speaks to the running server. On its own machine the user that runs it needs no token: vedette user reset-password admin.",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client()
			if err != nil {
				return err
			}
			var fresh struct{ Password string }
			if err := c.do(cmd.Context(), http.MethodPost, "/api/v1/users/"+url.PathEscape(args[0])+"/password", nil, &fresh); err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.out, fresh.Password)
			return err
		},
	}
	r.flags(reset, "url")
	user.AddCommand(reset)
	return user
}
