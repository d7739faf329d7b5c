// Made by scripts/make-api-types.ts from the description of the API (`npm run docs`); changes go there.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See which service this is */
        get: operations["get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/admins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the administrators
         * @description All of them, unless `limit` or `cursor` asks for a page. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_admins"];
        put?: never;
        /**
         * Make somebody an administrator
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_admins"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/admins/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Make somebody no administrator any more
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        delete: operations["delete_auth_api_v1_admins_username"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare the two stores, and say what a repair would do
         * @description Changes nothing. Reads every token, and says how far it has come; it ends when the connection is closed. Data without a row that is younger than 300 seconds is left alone: a Gafaelfawr that runs beside may be making it. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/audit/repair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repair what is wrong with some tokens
         * @description They are looked at again: what is done is what is necessary now. Data without a row that is younger than 300 seconds is left alone: a Gafaelfawr that runs beside may be making it. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_audit_repair"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/audit/repair-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare the two stores, and repair all that can be repaired
         * @description Always towards less privilege, and not at all where so much is wrong that a store is the likelier culprit. Closing the connection ends it; what was repaired stays so. Data without a row that is younger than 300 seconds is left alone: a Gafaelfawr that runs beside may be making it. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_audit_repair_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/frozen-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the frozen users
         * @description In pages. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_frozen_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/history/token-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the changes to all tokens
         * @description All of it, unless `limit` or `cursor` asks for a page. As CSV with `Accept: text/csv` or `format=csv`; all filters hold at once. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_history_token_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to use the API from a page in a browser
         * @description For the session cookie alone. Makes the value against forged requests where there is none yet. Only the session cookie counts.
         */
        get: operations["get_auth_api_v1_login"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/quota-overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the quota overrides
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_quota_overrides"];
        /**
         * Set the quota overrides
         * @description As a whole: what was set before is gone. They hold at once, entry by entry instead of what the configuration says. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        put: operations["put_auth_api_v1_quota_overrides"];
        post?: never;
        /**
         * Remove the quota overrides
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        delete: operations["delete_auth_api_v1_quota_overrides"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at the session one is in
         * @description For the session cookie alone. Makes the value against forged requests where there is none yet. Only the session cookie counts.
         */
        get: operations["get_auth_api_v1_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how the system does, and how it did in the last hour and day
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/token-info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at the token one is using */
        get: operations["get_auth_api_v1_token_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/token-search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find tokens of any user
         * @description Newest first, in pages, expired ones included for a while. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_token_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a user or service token for anybody
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/tokens/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a token of any user
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_tokens_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/user-info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what is known about the user of the token */
        get: operations["get_auth_api_v1_user_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find users
         * @description By name, in pages: those who have a token, are frozen or are administrators. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        get: operations["get_auth_api_v1_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what the directory knows about a user
         * @description About oneself, or with the scope admin:userinfo. Answered where Porthor is connected to a directory; of somebody whom that does not know there is nothing but the name.
         */
        get: operations["get_auth_api_v1_users_username"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Freeze a user
         * @description None of their tokens is accepted any more and none can be made; nothing is deleted. Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_users_username_freeze"];
        /**
         * Unfreeze a user
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        delete: operations["delete_auth_api_v1_users_username_freeze"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what revoking all tokens of a user, or one with all below it, would end */
        get: operations["get_auth_api_v1_users_username_revocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke every token of a user
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
         */
        post: operations["post_auth_api_v1_users_username_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/revoke-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke all of one’s tokens but the one in use
         * @description What that was derived from stays as well, with everything that was derived from it.
         */
        post: operations["post_auth_api_v1_users_username_revoke_others"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of a user
         * @description Those that can be used, newest first.
         */
        get: operations["get_auth_api_v1_users_username_sessions"];
        put?: never;
        post?: never;
        /** End all sessions of a user, or all but this one */
        delete: operations["delete_auth_api_v1_users_username_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/sessions/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description With everything that was derived from it.
         */
        delete: operations["delete_auth_api_v1_users_username_sessions_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/token-change-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the changes to the tokens of a user
         * @description All of it, unless `limit` or `cursor` asks for a page. As CSV with `Accept: text/csv` or `format=csv`; all filters hold at once.
         */
        get: operations["get_auth_api_v1_users_username_token_change_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tokens of a user
         * @description Newest first, expired ones included for a while. All at once, unless a cursor asks for pages: `?cursor=&limit=50` gives the first, and the `Link` header of each names the next. Filters, order and all that goes beyond a `TokenInfo` come with pages only.
         */
        get: operations["get_auth_api_v1_users_username_tokens"];
        put?: never;
        /** Make a token for oneself */
        post: operations["post_auth_api_v1_users_username_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a token */
        get: operations["get_auth_api_v1_users_username_tokens_key"];
        put?: never;
        post?: never;
        /** Revoke a token and everything that was derived from it */
        delete: operations["delete_auth_api_v1_users_username_tokens_key"];
        options?: never;
        head?: never;
        /**
         * Change a user token
         * @description For administrators. What is left out stays as it is; `"expires": null` means never.
         */
        patch: operations["patch_auth_api_v1_users_username_tokens_key"];
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}/change-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the changes to a token
         * @description With those to its children; of a revoked token as well, for as long as the history is kept. All of it, unless `limit` or `cursor` asks for a page. As CSV with `Accept: text/csv` or `format=csv`; all filters hold at once.
         */
        get: operations["get_auth_api_v1_users_username_tokens_key_change_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename, annotate or narrow a user token
         * @description For its owner as well: another name or note, fewer scopes, an earlier end, never more than it has. What is left out stays as it is.
         */
        patch: operations["patch_auth_api_v1_users_username_tokens_key_details"];
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See which tokens revoking one would end
         * @description In pages. How many there are of what kind, `/users/{username}/revocation?key=` says at once.
         */
        get: operations["get_auth_api_v1_users_username_tokens_key_revocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a token a new secret
         * @description Key, name, scopes and derived tokens stay. For a while the old secret may be accepted as well. Not for scopes beyond those of the token that asks, unless an administrator does.
         */
        post: operations["post_auth_api_v1_users_username_tokens_key_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/{key}/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a token with what it was derived from and what was derived from it
         * @description The descendants come in pages; each page has the token and its ancestors again.
         */
        get: operations["get_auth_api_v1_users_username_tokens_key_tree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/api/v1/users/{username}/tokens/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke several tokens of a user
         * @description Each with everything that was derived from it. Asking again, after an error, does the rest.
         */
        post: operations["post_auth_api_v1_users_username_tokens_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Browse the API and try it out */
        get: operations["get_auth_docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the description of the API */
        get: operations["get_auth_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the description of the API */
        get: operations["get_auth_redoc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See whether requests can be served
         * @description Asks the stores, and nothing else: ready to be sent requests, or not.
         */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See whether the process lives
         * @description Asks nobody. Whatever restarts processes should ask this: a store that is away is no reason to.
         */
        get: operations["get_health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ingress/anonymous": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask what of a request that may pass without a token the service may see, as nginx does
         * @description Everybody passes; only Porthor’s own credentials are kept from the service.
         */
        get: operations["get_ingress_anonymous"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ingress/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether a request may pass, as nginx does
         * @description By `auth_request`. Where the gate has an address of its own (`gateListen`), this and the other routes below `/ingress` are there and nowhere else.
         */
        get: operations["get_ingress_auth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ingress/envoy/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether a request may pass, as Envoy does over HTTP
         * @description Envoy sends the guarded request’s own method and path, whatever they are, after this prefix. Over gRPC there is `envoy.service.auth.v3.Authorization` (`gateGrpcListen`).
         */
        get: operations["get_ingress_envoy_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ingress/forward": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether a request may pass, as Traefik, Caddy and HAProxy do
         * @description Refusals are to be passed on as they are: as pages for people, as JSON for programs, by `Accept`.
         */
        get: operations["get_ingress_forward"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logged-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See that one is logged out */
        get: operations["get_logged_out"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Log in
         * @description Sends the browser to the login provider, and is where that sends it back to. `rd`, or the header `X-Auth-Request-Redirect`: where to go afterwards.
         */
        get: operations["get_login"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Log out
         * @description Ends the session and everything derived from it. `rd`: where to go afterwards.
         */
        get: operations["get_logout"];
        put?: never;
        /** Log out, from the page that asks */
        post: operations["post_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout/back-channel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the sessions that the login provider has ended
         * @description For the OpenID Connect provider: a form with a signed `logout_token`.
         */
        post: operations["post_logout_back_channel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Admin: {
            username: string;
        };
        AdminTokenRequest: {
            /** @default null */
            email?: string | null;
            expires?: number | null;
            gid?: number | null;
            groups?: {
                /** @description A POSIX id */
                id: number;
                /** @description Name of the group */
                name: string;
            }[] | null;
            /** @default null */
            name?: string | null;
            note?: string | null;
            /** @description Names of scopes */
            scopes?: string[];
            /** @default null */
            token_name?: string | null;
            /** @enum {string} */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            uid?: number | null;
            /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
            username: string;
        };
        /** @description That the stores disagree */
        AuditFinding: {
            /**
             * @description What is wrong
             * @enum {string}
             */
            kind: "malformed" | "only-in-database" | "only-in-data" | "mismatch" | "secret-mismatch" | "outlives-parent" | "exceeds-parent" | "orphaned" | "unknown-scope";
            /** @description For people */
            message: string;
            /** @description With `mismatch`: the fields in which the stores differ */
            mismatches?: string[];
            /** @description Missing: nothing can be repaired */
            repair?: components["schemas"]["AuditRepair"];
            repaired: boolean;
            /** @description With `unknown-scope`: which */
            scope?: string;
            /** @description Key of the token */
            token: string;
            /** @description Whose it is; missing: not known */
            username?: string;
        };
        /** @description A line of an audit */
        AuditLine: {
            checked: number;
            /** @constant */
            event: "progress";
            total: number;
        } | {
            /** @constant */
            event: "finding";
            /**
             * @description What is wrong
             * @enum {string}
             */
            kind: "malformed" | "only-in-database" | "only-in-data" | "mismatch" | "secret-mismatch" | "outlives-parent" | "exceeds-parent" | "orphaned" | "unknown-scope";
            /** @description For people */
            message: string;
            /** @description With `mismatch`: the fields in which the stores differ */
            mismatches?: string[];
            /** @description Missing: nothing can be repaired */
            repair?: components["schemas"]["AuditRepair"];
            repaired: boolean;
            /** @description With `unknown-scope`: which */
            scope?: string;
            /** @description Key of the token */
            token: string;
            /** @description Whose it is; missing: not known */
            username?: string;
        } | {
            /** @description Why nothing was repaired, though that was asked for */
            alarm?: string;
            checked: number;
            /** @constant */
            event: "summary";
            findings: number;
            /** @description How many of the findings */
            repaired: number;
        };
        /** @description What a repair does, or has done */
        AuditRepair: {
            /** @constant */
            action: "end";
            /** @description How many: the token, and everything that was derived from it */
            tokens: number;
        } | {
            /** @constant */
            action: "delete-data";
        } | {
            /** @constant */
            action: "narrow";
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            scopes: string[];
            /** @description How many: the token, and everything that was derived from it */
            tokens: number;
        } | {
            /** @constant */
            action: "restore-secret";
        };
        AuditRepairRequest: {
            /** @description Keys of the tokens */
            tokens: string[];
        };
        AuditRepairs: {
            /** @description What was wrong with these tokens */
            findings: components["schemas"]["AuditFinding"][];
            /** @description Keys of those with which nothing was wrong (any more) */
            sound: string[];
        };
        DescendantToken: {
            /** @description How many tokens were derived from it directly */
            children: number;
            /** @description Seconds since the epoch */
            created: number;
            /** @description 1: derived from the token itself; 2: from one of those; … */
            depth: number;
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            /** @description Seconds since the epoch */
            last_used?: number;
            /** @description From where it was last used */
            last_used_address?: string;
            /** @description Whether it is accepted, as long as its user is not frozen */
            live: boolean;
            /** @description What its owner wrote down about it */
            note?: string;
            /** @description Key of the token from which this one was derived */
            parent?: string;
            scopes: string[];
            service?: string;
            /** @description The key of a token: its public half, 22 characters of base64url */
            token: string;
            token_name?: string;
            /**
             * @description What kind of token it is
             * @enum {string}
             */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            username: string;
        };
        /** @description Why a request may not pass, and for the token’s holder what is missing */
        DirectGateRefusal: {
            detail: {
                loc?: (string | number)[];
                /** @description For people */
                msg: string;
                /** @description For programs */
                type: string;
            }[];
            held_scopes?: string[];
            /** @description Which rule the token does not meet, for its holder */
            reason?: string;
            /** @description Names the request in the log */
            request_id: string;
            /**
             * @description How many of them are wanted
             * @enum {string}
             */
            satisfy?: "any" | "all";
            wanted_scopes?: string[];
        };
        ErrorBody: {
            detail: {
                /** @description Numbers and texts of the rule that was broken */
                ctx?: Record<string, never>;
                /** @description What was found there, if the form of the request is wrong */
                input?: unknown;
                /** @description Where in the request; left out where it means nothing */
                loc?: (string | number)[];
                /** @description For people */
                msg: string;
                /** @description For programs */
                type: string;
            }[];
        };
        FreezeRequest: {
            /** @description Why, for other administrators */
            reason?: string | null;
        };
        FrozenUser: {
            /** @description Who froze them */
            actor: string;
            /** @description Why */
            reason?: string;
            /** @description Seconds since the epoch */
            since: number;
            username: string;
        };
        /** @description Why a request may not pass */
        GateRefusal: {
            detail: {
                loc?: (string | number)[];
                /** @description For people */
                msg: string;
                /** @description For programs */
                type: string;
            }[];
        };
        Health: {
            /** @constant */
            status: "healthy";
        };
        Index: {
            description: string;
            documentation_url: string;
            name: string;
            repository_url: string;
            version: string;
        };
        KnownUser: {
            /** @description Whether they are an administrator */
            admin: boolean;
            by_type: {
                count: number;
                /**
                 * @description What kind of token it is
                 * @enum {string}
                 */
                token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            }[];
            /** @description Since when, by whom and why they are frozen; missing: they are not */
            frozen?: {
                actor: string;
                reason?: string;
                since: number;
            };
            /** @description When one of these tokens was last used: seconds since the epoch */
            last_used?: number;
            /** @description How many unexpired tokens */
            tokens: number;
            username: string;
        };
        /** @description What may be asked for here */
        Limits: {
            /** @description A token lives at most so many seconds, and has an end; missing: no limit */
            maximum_lifetime?: number;
            /** @description The old secret is accepted for at most so many seconds after a rotation */
            maximum_overlap: number;
            /** @description One has at most so many unexpired user tokens; missing: no limit */
            maximum_tokens?: number;
            /** @description A token lives at least so many seconds */
            minimum_lifetime: number;
            /** @description Characters of a note */
            note_length: number;
            /** @description Characters of a name */
            token_name_length: number;
        };
        /** @description A token; in a page of a list with all its details */
        ListedToken: {
            /** @description How many tokens were derived from it directly */
            children?: number;
            /** @description Seconds since the epoch */
            created: number;
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            /** @description Seconds since the epoch */
            last_used?: number;
            /** @description From where it was last used */
            last_used_address?: string;
            /** @description Whether it is accepted, as long as its user is not frozen */
            live?: boolean;
            /** @description What its owner wrote down about it */
            note?: string;
            /** @description Key of the token from which this one was derived */
            parent?: string;
            scopes: string[];
            service?: string;
            /** @description The key of a token: its public half, 22 characters of base64url */
            token: string;
            token_name?: string;
            /**
             * @description What kind of token it is
             * @enum {string}
             */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            username: string;
        };
        LoginInfo: {
            config: {
                /** @description All scopes that there are */
                scopes: {
                    description: string;
                    name: string;
                }[];
            };
            /** @description To be sent as X-CSRF-Token with everything that changes something */
            csrf: string;
            /** @description What the session may do */
            scopes: string[];
            username: string;
        };
        NewAdmin: {
            /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
            username: string;
        };
        NewToken: {
            /** @description The whole token with its secret; it is not shown again */
            token: string;
        };
        /** @description What somebody may use; what is left out is not limited */
        Quota: {
            api: {
                [key: string]: number;
            };
            notebook?: {
                cpu: number;
                memory: number;
                spawn: boolean;
            };
            tap: {
                [key: string]: {
                    concurrent: number;
                };
            };
        };
        QuotaOverrides: {
            bypass: string[];
            default: components["schemas"]["Quota"];
            groups: {
                [key: string]: components["schemas"]["Quota"];
            };
        };
        QuotaOverridesRequest: {
            /**
             * @description Groups whose members have no limits
             * @default []
             */
            bypass?: string[];
            /** @default {} */
            default?: components["schemas"]["QuotaRequest"];
            /** @description What members of these groups have besides */
            groups?: {
                [key: string]: components["schemas"]["QuotaRequest"];
            };
        };
        QuotaRequest: {
            /** @description Requests a minute, by service; what is left out is not limited */
            api?: {
                [key: string]: number;
            };
            notebook?: {
                /** @description CPUs of a notebook */
                cpu: number;
                /** @description Memory of a notebook, GiB */
                memory: number;
                /**
                 * @description Whether a notebook may be started
                 * @default true
                 */
                spawn?: boolean;
            } | null;
            /** @description Queries at one time, by TAP service */
            tap?: {
                [key: string]: {
                    /** @description Queries at one time */
                    concurrent: number;
                };
            };
        };
        RevocationRequest: {
            /** @description Keys of the tokens */
            tokens: string[];
        };
        RevokedTokens: {
            /** @description Keys of which the user has no token (any more) */
            not_found: string[];
            /** @description What ended: these tokens and everything that was derived from them */
            revoked: components["schemas"]["TokenInfo"][];
        };
        RotationRequest: {
            /** @description For so many seconds the old secret is accepted too */
            overlap?: number;
        };
        Session: {
            /** @description Seconds since the epoch */
            created: number;
            /** @description Whether it is the one of this very request */
            current: boolean;
            /** @description Seconds since the epoch */
            expires?: number;
            /** @description Where it was begun */
            ip_address?: string;
            /** @description Seconds since the epoch */
            last_used?: number;
            /** @description Key of its token */
            token: string;
            /** @description What the browser calls itself */
            user_agent?: string;
        };
        SessionInfo: {
            /** @description Seconds since the epoch */
            created: number;
            /** @description To be sent as X-CSRF-Token with everything that changes something */
            csrf: string;
            /** @description Seconds since the epoch */
            expires?: number;
            /** @description All scopes that there are */
            known_scopes: {
                description: string;
                name: string;
            }[];
            limits: components["schemas"]["Limits"];
            /** @description Where to log in; `?rd=` says where to go afterwards */
            login_url: string;
            /** @description Where to log out; `?rd=` says where to go afterwards */
            logout_url: string;
            /** @description Whether it may look after other users’ tokens */
            may_administer: boolean;
            /** @description Whether it may add and remove administrators */
            may_change_admins: boolean;
            /** @description What the server’s clock says: seconds since the epoch */
            now: number;
            /** @description What the session may do */
            scopes: string[];
            /** @description Key of the session’s token */
            token: string;
            username: string;
        };
        SingleErrorBody: {
            detail: {
                /** @description Numbers and texts of the rule that was broken */
                ctx?: Record<string, never>;
                /** @description What was found there, if the form of the request is wrong */
                input?: unknown;
                /** @description Where in the request; left out where it means nothing */
                loc?: (string | number)[];
                /** @description For people */
                msg: string;
                /** @description For programs */
                type: string;
            };
        };
        Statistics: {
            frozen_users: number;
            /** @description By ten minutes */
            last_day: components["schemas"]["StatisticsSeries"];
            /** @description By the minute */
            last_hour: components["schemas"]["StatisticsSeries"];
            /** @description Seconds since the epoch */
            now: number;
            /** @description Unexpired tokens */
            tokens: {
                count: number;
                /**
                 * @description What kind of token it is
                 * @enum {string}
                 */
                token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            }[];
            /** @description How many users have one */
            users: number;
        };
        /** @description What all processes together did in one step */
        StatisticsPoint: {
            /** @description For how many of them nothing had to be read */
            memory_hits: number;
            /** @description How many processes have reported; 0: nothing is known */
            processes: number;
            /** @description How many of them it refused, by the type of the error */
            refusals: {
                count: number;
                reason: string;
            }[];
            /** @description How the stores answered */
            stores: {
                /** @description Which share of questions it answered: 0 to 1 */
                available: number;
                /** @description How long that took on average, in seconds */
                latency?: number;
                /** @enum {string} */
                store: "database" | "redis";
            }[];
            /** @description When the step begins: seconds since the epoch */
            time: number;
            /** @description Unexpired tokens; missing where they were not counted: every ten minutes they are */
            tokens?: {
                count: number;
                /**
                 * @description What kind of token it is
                 * @enum {string}
                 */
                token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            }[];
            /** @description How many credentials the gate judged */
            verifications: number;
        };
        StatisticsSeries: {
            /** @description Every step, from the earliest on */
            points: components["schemas"]["StatisticsPoint"][];
            /** @description How long a step is, in seconds */
            step: number;
        };
        TokenChangeHistoryEntry: {
            /** @enum {string} */
            action: "create" | "revoke" | "expire" | "edit";
            actor: string;
            /** @description Key of the token whose end or change caused this */
            ancestor?: string;
            /** @description Why, where the action alone does not tell */
            cause?: string;
            /** @description Seconds since the epoch */
            event_time: number;
            expires: number | null;
            ip_address: string | null;
            old_expires?: number | null;
            old_scopes?: string[];
            old_token_name?: string;
            parent?: string;
            scopes: string[];
            service?: string;
            token: string;
            token_name?: string;
            /**
             * @description What kind of token it is
             * @enum {string}
             */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            username: string;
        };
        /** @description A token without its secret, and what else there is to say of it */
        TokenDetails: {
            /** @description How many tokens were derived from it directly */
            children: number;
            /** @description Seconds since the epoch */
            created: number;
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            /** @description Seconds since the epoch */
            last_used?: number;
            /** @description From where it was last used */
            last_used_address?: string;
            /** @description Whether it is accepted, as long as its user is not frozen */
            live: boolean;
            /** @description What its owner wrote down about it */
            note?: string;
            /** @description Key of the token from which this one was derived */
            parent?: string;
            scopes: string[];
            service?: string;
            /** @description The key of a token: its public half, 22 characters of base64url */
            token: string;
            token_name?: string;
            /**
             * @description What kind of token it is
             * @enum {string}
             */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            username: string;
        };
        /** @description A token, without its secret */
        TokenInfo: {
            /** @description Seconds since the epoch */
            created: number;
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            /** @description Seconds since the epoch */
            last_used?: number;
            /** @description What its owner wrote down about it */
            note?: string;
            /** @description Key of the token from which this one was derived */
            parent?: string;
            scopes: string[];
            service?: string;
            /** @description The key of a token: its public half, 22 characters of base64url */
            token: string;
            token_name?: string;
            /**
             * @description What kind of token it is
             * @enum {string}
             */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            username: string;
        };
        TokenTree: {
            /** @description What it was derived from: the root first, the parent last */
            ancestors: components["schemas"]["TokenDetails"][];
            /** @description What was derived from it, nearest first */
            descendants: components["schemas"]["DescendantToken"][];
            token: components["schemas"]["TokenDetails"];
        };
        /** @description What is known about a user; what is not known is left out */
        UserInfo: {
            email?: string;
            gid?: number;
            groups: {
                id: number;
                name: string;
            }[];
            name?: string;
            quota?: components["schemas"]["Quota"];
            uid?: number;
            username: string;
        };
        UserRevocation: {
            /** @description Those that services hold */
            by_service: {
                count: number;
                service: string;
            }[];
            by_type: {
                count: number;
                /**
                 * @description What kind of token it is
                 * @enum {string}
                 */
                token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            }[];
            /** @description Whether the token in use is among them */
            ends_current: boolean;
            /** @description How many would end */
            tokens: number;
            username: string;
        };
        UserTokenModifyRequest: {
            expires?: number | null;
            /** @description A new note; null: none any more */
            note?: string | null;
            scopes?: string[] | null;
            token_name?: string | null;
        };
        UserTokenRequest: {
            expires?: number | null;
            note?: string | null;
            /** @description Names of scopes */
            scopes?: string[];
            /** @description A name that the user gives the token, unique among their tokens */
            token_name: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Index"];
                };
            };
        };
    };
    get_auth_api_v1_admins: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The administrators, by name */
            200: {
                headers: {
                    /** @description The first and the next page, if a page was asked for */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "admin"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Admin"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_admins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "alice"
                 *     }
                 */
                "application/json": components["schemas"]["NewAdmin"];
            };
        };
        responses: {
            /** @description They are one now */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: duplicate_admin */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_admins_username: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of an administrator */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are none now */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One JSON document in each line, as soon as there is something to say */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {"event":"progress","checked":0,"total":1200}
                     *     {"event":"finding","kind":"only-in-database","token":"62HmFHN2zLl1wf59EiDSiQ","username":"alice","message":"Token `62HmFHN2zLl1wf59EiDSiQ` of alice is listed in the database, but not valid","repair":{"action":"end","tokens":3},"repaired":false}
                     *     {"event":"summary","checked":1200,"findings":1,"repaired":0}
                     */
                    "application/x-ndjson": components["schemas"]["AuditLine"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_audit_repair: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tokens": [
                 *         "62HmFHN2zLl1wf59EiDSiQ"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["AuditRepairRequest"];
            };
        };
        responses: {
            /** @description What was wrong, and what was done about it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "findings": [
                     *         {
                     *           "kind": "only-in-database",
                     *           "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *           "username": "alice",
                     *           "message": "Token `62HmFHN2zLl1wf59EiDSiQ` of alice is listed in the database, but not valid",
                     *           "repair": {
                     *             "action": "end",
                     *             "tokens": 3
                     *           },
                     *           "repaired": true
                     *         }
                     *       ],
                     *       "sound": []
                     *     }
                     */
                    "application/json": components["schemas"]["AuditRepairs"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_audit_repair_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One JSON document in each line, as soon as there is something to say */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {"event":"progress","checked":0,"total":1200}
                     *     {"event":"finding","kind":"only-in-database","token":"62HmFHN2zLl1wf59EiDSiQ","username":"alice","message":"Token `62HmFHN2zLl1wf59EiDSiQ` of alice is listed in the database, but not valid","repair":{"action":"end","tokens":3},"repaired":false}
                     *     {"event":"summary","checked":1200,"findings":1,"repaired":0}
                     */
                    "application/x-ndjson": components["schemas"]["AuditLine"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_frozen_users: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The frozen users, by name */
            200: {
                headers: {
                    /** @description The first and the next page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "mallory",
                     *         "since": 1795463809,
                     *         "actor": "admin",
                     *         "reason": "Stolen laptop"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["FrozenUser"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_history_token_changes: {
        parameters: {
            query?: {
                /** @description Only changes of this kind */
                action?: "create" | "revoke" | "expire" | "edit";
                /** @description Who made a change: a username, `<bootstrap>` or `<internal>` */
                actor?: string;
                /** @description The page to give, from the Link header of another */
                cursor?: string;
                /** @description As a file of this form; missing: what the header `Accept` prefers */
                format?: "json" | "csv";
                /** @description Only changes made from this address, or from this network in CIDR form */
                ip_address?: string;
                /** @description Only changes to this token and its direct children */
                key?: string;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only changes at or after this time */
                since?: number;
                /** @description Only changes to this token and all that was ever derived from it, however far */
                subtree?: string;
                /** @description What kind of token it is */
                token_type?: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
                /** @description Only changes at or before this time */
                until?: number;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes, newest first */
            200: {
                headers: {
                    /** @description The name of the file, if one was asked for by `format`, or as CSV */
                    "Content-Disposition"?: string;
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "token_name": "laptop",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "expires": 1924992000,
                     *         "actor": "alice",
                     *         "action": "create",
                     *         "ip_address": "192.0.2.1",
                     *         "event_time": 1795463809
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
                    /**
                     * @example event_time,action,changed,username,token,token_type,token_name,service,parent,scopes,expires,actor,ip_address,cause,ancestor,old_token_name,old_scopes,old_expires
                     *     2026-11-23T19:56:49Z,create,,alice,62HmFHN2zLl1wf59EiDSiQ,user,laptop,,,read:all,2031-01-01T00:00:00Z,alice,192.0.2.1,,,,,
                     */
                    "text/csv": string;
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_cursor, invalid_ip_address */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginInfo"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_quota_overrides: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The overrides */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "default": {
                     *         "api": {
                     *           "portal": 600
                     *         },
                     *         "tap": {}
                     *       },
                     *       "groups": {
                     *         "students": {
                     *           "api": {
                     *             "portal": 60
                     *           },
                     *           "tap": {
                     *             "qserv": {
                     *               "concurrent": 2
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "bypass": [
                     *         "operators"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["QuotaOverrides"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    put_auth_api_v1_quota_overrides: {
        parameters: {
            query?: never;
            header?: {
                /** @description The change is made only in this state; `*`: only if there is something */
                "If-Match"?: string;
                /** @description `*`: the change is made only if there is nothing */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "default": {
                 *         "api": {
                 *           "portal": 600
                 *         },
                 *         "tap": {}
                 *       },
                 *       "groups": {
                 *         "students": {
                 *           "api": {
                 *             "portal": 60
                 *           },
                 *           "tap": {
                 *             "qserv": {
                 *               "concurrent": 2
                 *             }
                 *           }
                 *         }
                 *       },
                 *       "bypass": [
                 *         "operators"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["QuotaOverridesRequest"];
            };
        };
        responses: {
            /** @description The overrides as they were set */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "default": {
                     *         "api": {
                     *           "portal": 600
                     *         },
                     *         "tap": {}
                     *       },
                     *       "groups": {
                     *         "students": {
                     *           "api": {
                     *             "portal": 60
                     *           },
                     *           "tap": {
                     *             "qserv": {
                     *               "concurrent": 2
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "bypass": [
                     *         "operators"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["QuotaOverrides"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_quota_overrides: {
        parameters: {
            query?: never;
            header?: {
                /** @description The change is made only in this state; `*`: only if there is something */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There are none any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "csrf": "OmNdVTtKKuK_VuJsGFdrqg",
                     *       "username": "alice",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "token": "ryMbSEmVP8Dc6HOMH9u0oA",
                     *       "created": 1795463748,
                     *       "expires": 1798055748,
                     *       "may_administer": false,
                     *       "may_change_admins": false,
                     *       "now": 1795463809,
                     *       "known_scopes": [
                     *         {
                     *           "name": "read:all",
                     *           "description": "Read everything"
                     *         }
                     *       ],
                     *       "limits": {
                     *         "minimum_lifetime": 300,
                     *         "maximum_tokens": 100,
                     *         "maximum_overlap": 86400,
                     *         "token_name_length": 64,
                     *         "note_length": 500
                     *       },
                     *       "login_url": "/login",
                     *       "logout_url": "/logout"
                     *     }
                     */
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_statistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Numbers of all processes together */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "now": 1795463809,
                     *       "tokens": [
                     *         {
                     *           "token_type": "user",
                     *           "count": 120
                     *         }
                     *       ],
                     *       "users": 40,
                     *       "frozen_users": 1,
                     *       "last_hour": {
                     *         "step": 60,
                     *         "points": [
                     *           {
                     *             "time": 1795463700,
                     *             "processes": 2,
                     *             "verifications": 5210,
                     *             "memory_hits": 5190,
                     *             "refusals": [
                     *               {
                     *                 "reason": "insufficient_scope",
                     *                 "count": 4
                     *               }
                     *             ],
                     *             "stores": [
                     *               {
                     *                 "store": "database",
                     *                 "available": 1,
                     *                 "latency": 0.0011
                     *               }
                     *             ]
                     *           }
                     *         ]
                     *       },
                     *       "last_day": {
                     *         "step": 600,
                     *         "points": [
                     *           {
                     *             "time": 1795463700,
                     *             "processes": 2,
                     *             "verifications": 5210,
                     *             "memory_hits": 5190,
                     *             "refusals": [
                     *               {
                     *                 "reason": "insufficient_scope",
                     *                 "count": 4
                     *               }
                     *             ],
                     *             "stores": [
                     *               {
                     *                 "store": "database",
                     *                 "available": 1,
                     *                 "latency": 0.0011
                     *               }
                     *             ]
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_token_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "token_type": "user",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "created": 1795463748,
                     *       "expires": 1924992000,
                     *       "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *       "token_name": "laptop",
                     *       "last_used": 1795463809,
                     *       "note": "For the nightly run"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenInfo"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf, invalid_token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_token_search: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description Only tokens that have expired, or only those that have not */
                expired?: boolean;
                /** @description The key of a token: its public half, 22 characters of base64url */
                key?: string;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only tokens whose name begins so */
                name_prefix?: string;
                /** @description Only tokens for this service */
                service?: string;
                /** @description What kind of token it is */
                token_type?: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    /** @description The first and the next page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run",
                     *         "live": true,
                     *         "children": 1,
                     *         "last_used_address": "192.0.2.1"
                     *       },
                     *       {
                     *         "username": "alice",
                     *         "token_type": "internal",
                     *         "service": "tap",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "JzuIbtFoe6mWEAJSze442A",
                     *         "last_used": 1795463809,
                     *         "parent": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "live": true,
                     *         "children": 0,
                     *         "last_used_address": "192.0.2.1"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenDetails"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "bot-nightly",
                 *       "token_type": "service",
                 *       "scopes": [
                 *         "read:all"
                 *       ],
                 *       "expires": 1924992000,
                 *       "note": "For the nightly run"
                 *     }
                 */
                "application/json": components["schemas"]["AdminTokenRequest"];
            };
        };
        responses: {
            /** @description The token was made */
            201: {
                headers: {
                    /** @description Path of the new token */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "gt-9ZYmNlOYUmyYgxB9jI68vA.…"
                     *     }
                     */
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: duplicate_token_name, conflict, limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires, invalid_scopes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_tokens_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "token_type": "user",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "created": 1795463748,
                     *       "expires": 1924992000,
                     *       "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *       "token_name": "laptop",
                     *       "last_used": 1795463809,
                     *       "note": "For the nightly run",
                     *       "live": true,
                     *       "children": 1,
                     *       "last_used_address": "192.0.2.1"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenDetails"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_user_info: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserInfo"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: user_info_failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description `true`: only users who are frozen */
                frozen?: "true";
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only users whose name begins so */
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users */
            200: {
                headers: {
                    /** @description The first and the next page */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "tokens": 3,
                     *         "by_type": [
                     *           {
                     *             "token_type": "session",
                     *             "count": 1
                     *           },
                     *           {
                     *             "token_type": "user",
                     *             "count": 2
                     *           }
                     *         ],
                     *         "last_used": 1795463809,
                     *         "admin": false
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["KnownUser"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        email?: string;
                        gid?: number;
                        groups?: {
                            id: number;
                            name: string;
                        }[];
                        name?: string;
                        quota?: components["schemas"]["Quota"];
                        uid?: number;
                        username: string;
                    };
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_supported */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable, user_info_failed */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_freeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Stolen laptop"
                 *     }
                 */
                "application/json": components["schemas"]["FreezeRequest"];
            };
        };
        responses: {
            /** @description The user is frozen */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_users_username_freeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is not frozen any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_revocation: {
        parameters: {
            query?: {
                /** @description Only this token and everything that was derived from it */
                key?: string;
                /** @description Whether the token in use stays, as with `revoke-others` */
                others?: boolean;
            };
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many tokens of what kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "tokens": 3,
                     *       "by_type": [
                     *         {
                     *           "token_type": "internal",
                     *           "count": 2
                     *         },
                     *         {
                     *           "token_type": "user",
                     *           "count": 1
                     *         }
                     *       ],
                     *       "by_service": [
                     *         {
                     *           "service": "tap",
                     *           "count": 2
                     *         }
                     *       ],
                     *       "ends_current": false
                     *     }
                     */
                    "application/json": components["schemas"]["UserRevocation"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens that ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run"
                     *       },
                     *       {
                     *         "username": "alice",
                     *         "token_type": "internal",
                     *         "service": "tap",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "JzuIbtFoe6mWEAJSze442A",
                     *         "last_used": 1795463809,
                     *         "parent": "62HmFHN2zLl1wf59EiDSiQ"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenInfo"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_revoke_others: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens that ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run"
                     *       },
                     *       {
                     *         "username": "alice",
                     *         "token_type": "internal",
                     *         "service": "tap",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "JzuIbtFoe6mWEAJSze442A",
                     *         "last_used": 1795463809,
                     *         "parent": "62HmFHN2zLl1wf59EiDSiQ"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenInfo"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_users_username_sessions: {
        parameters: {
            query?: {
                /** @description `current`: the session of this request goes on */
                keep?: "current";
            };
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens that ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenInfo"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_users_username_sessions_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_token_change_history: {
        parameters: {
            query?: {
                /** @description Only changes of this kind */
                action?: "create" | "revoke" | "expire" | "edit";
                /** @description Who made a change: a username, `<bootstrap>` or `<internal>` */
                actor?: string;
                /** @description The page to give, from the Link header of another */
                cursor?: string;
                /** @description As a file of this form; missing: what the header `Accept` prefers */
                format?: "json" | "csv";
                /** @description Only changes made from this address, or from this network in CIDR form */
                ip_address?: string;
                /** @description Only changes to this token and its direct children */
                key?: string;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only changes at or after this time */
                since?: number;
                /** @description Only changes to this token and all that was ever derived from it, however far */
                subtree?: string;
                /** @description What kind of token it is */
                token_type?: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
                /** @description Only changes at or before this time */
                until?: number;
            };
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes, newest first */
            200: {
                headers: {
                    /** @description The name of the file, if one was asked for by `format`, or as CSV */
                    "Content-Disposition"?: string;
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "token_name": "laptop",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "expires": 1924992000,
                     *         "actor": "alice",
                     *         "action": "create",
                     *         "ip_address": "192.0.2.1",
                     *         "event_time": 1795463809
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
                    /**
                     * @example event_time,action,changed,username,token,token_type,token_name,service,parent,scopes,expires,actor,ip_address,cause,ancestor,old_token_name,old_scopes,old_expires
                     *     2026-11-23T19:56:49Z,create,,alice,62HmFHN2zLl1wf59EiDSiQ,user,laptop,,,read:all,2031-01-01T00:00:00Z,alice,192.0.2.1,,,,,
                     */
                    "text/csv": string;
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_cursor, invalid_ip_address */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_tokens: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description Only tokens that have expired, or only those that have not */
                expired?: boolean;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only tokens that were derived from this one; `none`: only those derived from none */
                parent?: string | "none";
                /** @description Only tokens with this in their name, note or service, whatever the case */
                search?: string;
                /** @description Only tokens for this service */
                service?: string;
                /** @description What the list is ordered by; with a hyphen in front, the other way round */
                sort?: "created" | "-created" | "token_name" | "-token_name" | "expires" | "-expires" | "last_used" | "-last_used";
                /** @description What kind of token it is */
                token_type?: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            };
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    /** @description The first and the next page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run",
                     *         "live": true,
                     *         "children": 1,
                     *         "last_used_address": "192.0.2.1"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ListedToken"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token_name": "laptop",
                 *       "scopes": [
                 *         "read:all"
                 *       ],
                 *       "expires": 1924992000,
                 *       "note": "For the nightly run"
                 *     }
                 */
                "application/json": components["schemas"]["UserTokenRequest"];
            };
        };
        responses: {
            /** @description The token was made */
            201: {
                headers: {
                    /** @description Path of the new token */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "gt-9ZYmNlOYUmyYgxB9jI68vA.…"
                     *     }
                     */
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: duplicate_token_name, conflict, limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires, invalid_scopes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_tokens_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "token_type": "user",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "created": 1795463748,
                     *       "expires": 1924992000,
                     *       "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *       "token_name": "laptop",
                     *       "last_used": 1795463809,
                     *       "note": "For the nightly run"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenInfo"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_auth_api_v1_users_username_tokens_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    patch_auth_api_v1_users_username_tokens_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description The change is made only in this state; `*`: only if there is something */
                "If-Match"?: string;
            };
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scopes": [
                 *         "read:all",
                 *         "user:token"
                 *       ],
                 *       "expires": null
                 *     }
                 */
                "application/json": components["schemas"]["UserTokenModifyRequest"];
            };
        };
        responses: {
            /** @description The token after the change */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "token_type": "user",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "created": 1795463748,
                     *       "expires": 1924992000,
                     *       "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *       "token_name": "laptop",
                     *       "last_used": 1795463809,
                     *       "note": "For the nightly run"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenInfo"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: duplicate_token_name, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires, invalid_scopes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_tokens_key_change_history: {
        parameters: {
            query?: {
                /** @description Only changes of this kind */
                action?: "create" | "revoke" | "expire" | "edit";
                /** @description Who made a change: a username, `<bootstrap>` or `<internal>` */
                actor?: string;
                /** @description The page to give, from the Link header of another */
                cursor?: string;
                /** @description Changes to all that was ever derived from it, however far, and not to its children alone */
                descendants?: boolean;
                /** @description As a file of this form; missing: what the header `Accept` prefers */
                format?: "json" | "csv";
                /** @description Only changes made from this address, or from this network in CIDR form */
                ip_address?: string;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
                /** @description Only changes at or after this time */
                since?: number;
                /** @description What kind of token it is */
                token_type?: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
                /** @description Only changes at or before this time */
                until?: number;
            };
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes, newest first */
            200: {
                headers: {
                    /** @description The name of the file, if one was asked for by `format`, or as CSV */
                    "Content-Disposition"?: string;
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "token_name": "laptop",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "expires": 1924992000,
                     *         "actor": "alice",
                     *         "action": "create",
                     *         "ip_address": "192.0.2.1",
                     *         "event_time": 1795463809
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
                    /**
                     * @example event_time,action,changed,username,token,token_type,token_name,service,parent,scopes,expires,actor,ip_address,cause,ancestor,old_token_name,old_scopes,old_expires
                     *     2026-11-23T19:56:49Z,create,,alice,62HmFHN2zLl1wf59EiDSiQ,user,laptop,,,read:all,2031-01-01T00:00:00Z,alice,192.0.2.1,,,,,
                     */
                    "text/csv": string;
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_cursor, invalid_ip_address */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    patch_auth_api_v1_users_username_tokens_key_details: {
        parameters: {
            query?: never;
            header?: {
                /** @description The change is made only in this state; `*`: only if there is something */
                "If-Match"?: string;
            };
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token_name": "laptop",
                 *       "scopes": [
                 *         "read:all"
                 *       ],
                 *       "note": null
                 *     }
                 */
                "application/json": components["schemas"]["UserTokenModifyRequest"];
            };
        };
        responses: {
            /** @description The token after the change */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "username": "alice",
                     *       "token_type": "user",
                     *       "scopes": [
                     *         "read:all",
                     *         "user:token"
                     *       ],
                     *       "created": 1795463748,
                     *       "expires": 1924992000,
                     *       "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *       "token_name": "laptop",
                     *       "last_used": 1795463809,
                     *       "note": "For the nightly run"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenInfo"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: duplicate_token_name, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: precondition_failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires, invalid_scopes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_tokens_key_revocation: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token itself, then everything that was derived from it, nearest first */
            200: {
                headers: {
                    /** @description The first and the next page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run"
                     *       },
                     *       {
                     *         "username": "alice",
                     *         "token_type": "internal",
                     *         "service": "tap",
                     *         "scopes": [
                     *           "read:all"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "JzuIbtFoe6mWEAJSze442A",
                     *         "last_used": 1795463809,
                     *         "parent": "62HmFHN2zLl1wf59EiDSiQ"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["TokenInfo"][];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_tokens_key_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap": 3600
                 *     }
                 */
                "application/json": components["schemas"]["RotationRequest"];
            };
        };
        responses: {
            /** @description The token with its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "gt-62HmFHN2zLl1wf59EiDSiQ.…"
                     *     }
                     */
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires, invalid_scopes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_api_v1_users_username_tokens_key_tree: {
        parameters: {
            query?: {
                /** @description The page to give: empty for the first, else from the Link header of another */
                cursor?: unknown;
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The key of a token: its public half, 22 characters of base64url */
                key: string;
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token and its kin */
            200: {
                headers: {
                    /** @description To be sent as If-Match with a change that is meant for this state */
                    ETag?: string;
                    /** @description The first and the next page of the descendants */
                    Link?: string;
                    /** @description How many descendants there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ancestors": [],
                     *       "token": {
                     *         "username": "alice",
                     *         "token_type": "user",
                     *         "scopes": [
                     *           "read:all",
                     *           "user:token"
                     *         ],
                     *         "created": 1795463748,
                     *         "expires": 1924992000,
                     *         "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *         "token_name": "laptop",
                     *         "last_used": 1795463809,
                     *         "note": "For the nightly run",
                     *         "live": true,
                     *         "children": 1,
                     *         "last_used_address": "192.0.2.1"
                     *       },
                     *       "descendants": [
                     *         {
                     *           "username": "alice",
                     *           "token_type": "internal",
                     *           "service": "tap",
                     *           "scopes": [
                     *             "read:all"
                     *           ],
                     *           "created": 1795463748,
                     *           "expires": 1924992000,
                     *           "token": "JzuIbtFoe6mWEAJSze442A",
                     *           "last_used": 1795463809,
                     *           "parent": "62HmFHN2zLl1wf59EiDSiQ",
                     *           "live": true,
                     *           "children": 0,
                     *           "last_used_address": "192.0.2.1",
                     *           "depth": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TokenTree"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    post_auth_api_v1_users_username_tokens_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tokens": [
                 *         "62HmFHN2zLl1wf59EiDSiQ"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description What ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "revoked": [
                     *         {
                     *           "username": "alice",
                     *           "token_type": "user",
                     *           "scopes": [
                     *             "read:all",
                     *             "user:token"
                     *           ],
                     *           "created": 1795463748,
                     *           "expires": 1924992000,
                     *           "token": "62HmFHN2zLl1wf59EiDSiQ",
                     *           "token_name": "laptop",
                     *           "last_used": 1795463809,
                     *           "note": "For the nightly run"
                     *         },
                     *         {
                     *           "username": "alice",
                     *           "token_type": "internal",
                     *           "service": "tap",
                     *           "scopes": [
                     *             "read:all"
                     *           ],
                     *           "created": 1795463748,
                     *           "expires": 1924992000,
                     *           "token": "JzuIbtFoe6mWEAJSze442A",
                     *           "last_used": 1795463809,
                     *           "parent": "62HmFHN2zLl1wf59EiDSiQ"
                     *         }
                     *       ],
                     *       "not_found": []
                     *     }
                     */
                    "application/json": components["schemas"]["RevokedTokens"];
                };
            };
            /** @description Type: invalid_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: no_authorization, invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: permission_denied, user_frozen, invalid_csrf */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Type: the name of a broken rule, missing_client_ip */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"] | components["schemas"]["SingleErrorBody"];
                };
            };
            /** @description Type: store_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_auth_docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_auth_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_auth_redoc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stores answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A store does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process lives */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    get_ingress_anonymous: {
        parameters: {
            query?: never;
            header?: {
                /** @description What proves that the proxy asks: one of `gateSecrets`, if there are any */
                "X-Porthor-Secret"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request may pass; the headers are for the service */
            200: {
                headers: {
                    /** @description What the service may see of the request’s own, without tokens of Porthor’s; several times or not at all */
                    Authorization?: string;
                    /** @description What the service may see of the request’s own, without the session; likewise */
                    Cookie?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Anything else for which the request may not pass, for nginx understands 401 and 403 alone: 400, 403, 404, 422 and 429 */
            403: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    /** @description The body that was meant, shortened */
                    "X-Error-Body"?: string;
                    /** @description The status that was meant */
                    "X-Error-Status"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateRefusal"];
                };
            };
        };
    };
    get_ingress_auth: {
        parameters: {
            query?: {
                /** @description Whether the session cookie counts */
                allow_cookies?: boolean;
                /** @description Whether OPTIONS requests pass that are no CORS preflights */
                allow_options?: boolean;
                /** @description The scheme of the challenge */
                auth_type?: "basic" | "bearer";
                /** @description A scope that the delegated token should have */
                delegate_scope?: string[];
                delegate_to?: unknown;
                /** @description Tell the names of the user’s groups: `X-Auth-Request-Groups` */
                groups?: boolean;
                /** @description How long the token must live still: seconds */
                minimum_lifetime?: number;
                /** @description Delegate a notebook token */
                notebook?: boolean;
                /** @description Accept only tokens that were delegated to this service */
                only_service?: string[];
                /** @description How many of the scopes are wanted */
                satisfy?: "any" | "all";
                /** @description A wanted scope */
                scope?: string[];
                service?: unknown;
                /** @description Put the delegated token into `Authorization` as well */
                use_authorization?: boolean;
                /** @description Whether the first label of the host must be the username */
                user_domain?: boolean;
                username?: unknown;
            };
            header: {
                /** @description Of a preflight, likewise */
                "Access-Control-Request-Method"?: string;
                /** @description Of a preflight: looked at where the method is `OPTIONS` */
                Origin?: string;
                /** @description Where the request comes from, if the proxy is one of `proxies` */
                "X-Forwarded-For"?: string;
                /** @description How it came, likewise */
                "X-Forwarded-Proto"?: string;
                /** @description Its method */
                "X-Original-Method": string;
                /** @description The whole URL of the guarded request */
                "X-Original-URL": string;
                /** @description What proves that the proxy asks: one of `gateSecrets`, if there are any */
                "X-Porthor-Secret"?: string;
                /** @description A request of a script in a page, which a login page is of no use to, if it is `XMLHttpRequest` */
                "X-Requested-With"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request may pass; the headers are for the service */
            200: {
                headers: {
                    /** @description What the service may see of the request’s own, without tokens of Porthor’s; several times or not at all */
                    Authorization?: string;
                    /** @description What the service may see of the request’s own, without the session; likewise */
                    Cookie?: string;
                    /** @description Their address, if one is known */
                    "X-Auth-Request-Email"?: string;
                    /** @description Names of their groups, joined by commas, if `groups` asks for them */
                    "X-Auth-Request-Groups"?: string;
                    /** @description The service that the token was delegated to, if it was */
                    "X-Auth-Request-Service"?: string;
                    /** @description The delegated token, if one is asked for */
                    "X-Auth-Request-Token"?: string;
                    /** @description Who it is */
                    "X-Auth-Request-User"?: string;
                    /** @description Requests a minute, if a quota holds; with `-Remaining`, `-Reset`, `-Resource` and `-Used` */
                    "X-RateLimit-Limit"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Somebody has to log in, or sends a token that is not accepted */
            401: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    /** @description Where a browser is to log in and come back, where that would help */
                    "X-Login-URL"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateRefusal"];
                };
            };
            /** @description Anything else for which the request may not pass, for nginx understands 401 and 403 alone: 400, 403, 404, 422 and 429 */
            403: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    /** @description The body that was meant, shortened */
                    "X-Error-Body"?: string;
                    /** @description The status that was meant */
                    "X-Error-Status"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateRefusal"];
                };
            };
            /** @description Porthor has failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateRefusal"];
                };
            };
            /** @description A store is away: type `store_unavailable` */
            503: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateRefusal"];
                };
            };
        };
    };
    get_ingress_envoy_path: {
        parameters: {
            query?: never;
            header: {
                /** @description Of a preflight, likewise */
                "Access-Control-Request-Method"?: string;
                /** @description Of a preflight: looked at where the method is `OPTIONS` */
                Origin?: string;
                /** @description Where the request comes from, if the proxy is one of `proxies` */
                "X-Forwarded-For"?: string;
                /** @description How it came, likewise */
                "X-Forwarded-Proto"?: string;
                /** @description The parameters of `/ingress/forward`, form-encoded; or `anonymous` */
                "X-Porthor-Parameters": string;
                /** @description What proves that the proxy asks: one of `gateSecrets`, if there are any */
                "X-Porthor-Secret"?: string;
            };
            path: {
                /** @description The path and query of the guarded request */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request may pass; the headers are for the service */
            200: {
                headers: {
                    /** @description What the service may see of the request’s own, without tokens of Porthor’s; several times or not at all */
                    Authorization?: string;
                    /** @description What the service may see of the request’s own, without the session; likewise */
                    Cookie?: string;
                    /** @description Their address, if one is known */
                    "X-Auth-Request-Email"?: string;
                    /** @description Names of their groups, joined by commas, if `groups` asks for them */
                    "X-Auth-Request-Groups"?: string;
                    /** @description The service that the token was delegated to, if it was */
                    "X-Auth-Request-Service"?: string;
                    /** @description The delegated token, if one is asked for */
                    "X-Auth-Request-Token"?: string;
                    /** @description Who it is */
                    "X-Auth-Request-User"?: string;
                    /** @description What Envoy is to drop from the request */
                    "X-Envoy-Auth-Headers-To-Remove"?: string;
                    /** @description Requests a minute, if a quota holds; with `-Remaining`, `-Reset`, `-Resource` and `-Used` */
                    "X-RateLimit-Limit"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description A browser is to log in, and to come back */
            302: {
                headers: {
                    /** @description The login, with the guarded URL in `rd` */
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A credential cannot be read */
            400: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description Nobody has authenticated */
            401: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description The token is good, but not for this */
            403: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description What the proxy wants is not as it should be */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description A quota is used up */
            429: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description Porthor has failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description A store is away */
            503: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
        };
    };
    get_ingress_forward: {
        parameters: {
            query?: {
                /** @description Whether the session cookie counts */
                allow_cookies?: boolean;
                /** @description Whether OPTIONS requests pass that are no CORS preflights */
                allow_options?: boolean;
                /** @description The scheme of the challenge */
                auth_type?: "basic" | "bearer";
                /** @description A scope that the delegated token should have */
                delegate_scope?: string[];
                delegate_to?: unknown;
                /** @description Tell the names of the user’s groups: `X-Auth-Request-Groups` */
                groups?: boolean;
                /** @description How long the token must live still: seconds */
                minimum_lifetime?: number;
                /** @description Delegate a notebook token */
                notebook?: boolean;
                /** @description Accept only tokens that were delegated to this service */
                only_service?: string[];
                /** @description How many of the scopes are wanted */
                satisfy?: "any" | "all";
                /** @description A wanted scope */
                scope?: string[];
                service?: unknown;
                /** @description Put the delegated token into `Authorization` as well */
                use_authorization?: boolean;
                /** @description Whether the first label of the host must be the username */
                user_domain?: boolean;
                username?: unknown;
            };
            header: {
                /** @description Of a preflight, likewise */
                "Access-Control-Request-Method"?: string;
                /** @description Of a preflight: looked at where the method is `OPTIONS` */
                Origin?: string;
                /** @description Whether a browser shows the answer as a page */
                "Sec-Fetch-Mode"?: string;
                /** @description Where the request comes from, if the proxy is one of `proxies` */
                "X-Forwarded-For"?: string;
                /** @description Its host */
                "X-Forwarded-Host": string;
                /** @description The method of the guarded request */
                "X-Forwarded-Method": string;
                /** @description Its scheme */
                "X-Forwarded-Proto": string;
                /** @description Its path and query */
                "X-Forwarded-Uri": string;
                /** @description What proves that the proxy asks: one of `gateSecrets`, if there are any */
                "X-Porthor-Secret"?: string;
                /** @description A request of a script in a page, which a login page is of no use to, if it is `XMLHttpRequest` */
                "X-Requested-With"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request may pass; the headers are for the service */
            200: {
                headers: {
                    /** @description What the service may see of the request’s own, without tokens of Porthor’s; several times or not at all */
                    Authorization?: string;
                    /** @description What the service may see of the request’s own, without the session; likewise */
                    Cookie?: string;
                    /** @description Their address, if one is known */
                    "X-Auth-Request-Email"?: string;
                    /** @description Names of their groups, joined by commas, if `groups` asks for them */
                    "X-Auth-Request-Groups"?: string;
                    /** @description The service that the token was delegated to, if it was */
                    "X-Auth-Request-Service"?: string;
                    /** @description The delegated token, if one is asked for */
                    "X-Auth-Request-Token"?: string;
                    /** @description Who it is */
                    "X-Auth-Request-User"?: string;
                    /** @description Requests a minute, if a quota holds; with `-Remaining`, `-Reset`, `-Resource` and `-Used` */
                    "X-RateLimit-Limit"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description A browser is to log in, and to come back */
            302: {
                headers: {
                    /** @description The login, with the guarded URL in `rd` */
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A credential cannot be read */
            400: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description Nobody has authenticated */
            401: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description The token is good, but not for this */
            403: {
                headers: {
                    /** @description RFC 6750, or RFC 7617 where `auth_type` is `basic` */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description What the proxy wants is not as it should be */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description A quota is used up */
            429: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description Porthor has failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
            /** @description A store is away */
            503: {
                headers: {
                    /** @description When another try makes sense */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectGateRefusal"];
                };
            };
        };
    };
    get_logged_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page that says how to log in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description To the provider, or back */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A page that says why there is no session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_return_url` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A page: the provider, or a source of user information, fails */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page that asks whether to log out, where another site led here */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Logged out */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_return_url`: nobody was logged out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    post_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page that asks whether to log out, where another site led here */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Logged out */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_return_url`: nobody was logged out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    post_logout_back_channel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions have ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not a logout token for this site, or one that was used before */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
