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
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
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
    "/auth/api/v1/frozen-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the frozen users
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
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
         * @description Requires the scope `admin:token`. The bootstrap token is accepted.
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
    "/auth/api/v1/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what the directory knows about a user
         * @description Answered where Porthor is connected to a directory.
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
    "/auth/api/v1/users/{username}/token-change-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the changes to the tokens of a user */
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
         * @description Newest first, expired ones included for a while. All at once, unless a cursor asks for pages: `?cursor=&limit=50` gives the first, and the `Link` header of each names the next.
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
         * @description Of a revoked token as well, for as long as the history is kept.
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
    "/auth/api/v1/users/{username}/tokens/{key}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what revoking a token would end */
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
         * @description Key, name, scopes and derived tokens stay. For a while the old secret may be accepted as well.
         */
        post: operations["post_auth_api_v1_users_username_tokens_key_rotate"];
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Admin: {
            username: string;
        };
        AdminTokenRequest: {
            /** @default null */
            email: string | null;
            expires?: number | null;
            gid?: number | null;
            groups?: {
                /** @description A POSIX id */
                id: number;
                /** @description Name of the group */
                name: string;
            }[] | null;
            /** @default null */
            name: string | null;
            /** @description Names of scopes */
            scopes?: string[];
            /** @default null */
            token_name: string | null;
            /** @enum {string} */
            token_type: "session" | "user" | "notebook" | "internal" | "service" | "oidc";
            uid?: number | null;
            /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
            username: string;
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
        FrozenUser: {
            /** @description Who froze them */
            actor: string;
            /** @description Seconds since the epoch */
            since: number;
            username: string;
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
            bypass: string[];
            /** @default {} */
            default: components["schemas"]["QuotaRequest"];
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
                spawn: boolean;
            } | null;
            /** @description Queries at one time, by TAP service */
            tap?: {
                [key: string]: {
                    /** @description Queries at one time */
                    concurrent: number;
                };
            };
        };
        RotationRequest: {
            /** @description For so many seconds the old secret is accepted too */
            overlap?: number;
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
        /** @description A token, without its secret */
        TokenInfo: {
            /** @description Seconds since the epoch */
            created: number;
            /** @description Seconds since the epoch; missing: never */
            expires?: number;
            /** @description Seconds since the epoch */
            last_used?: number;
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
        UserTokenModifyRequest: {
            expires?: number | null;
            scopes?: string[] | null;
            token_name?: string | null;
        };
        UserTokenRequest: {
            expires?: number | null;
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
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The administrators, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
    post_auth_api_v1_admins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
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
                /** @description A username: lower-case letters, digits and single inner hyphens, at least one letter neither first nor right after a hyphen */
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
    get_auth_api_v1_frozen_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The frozen users, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
    get_auth_api_v1_history_token_changes: {
        parameters: {
            query?: {
                /** @description Who made a change: a username, `<bootstrap>` or `<internal>` */
                actor?: string;
                /** @description The page to give, from the Link header of another */
                cursor?: string;
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
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
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
                    [name: string]: unknown;
                };
                content: {
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuotaOverridesRequest"];
            };
        };
        responses: {
            /** @description The overrides as they were set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            header?: never;
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
    post_auth_api_v1_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
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
        requestBody?: never;
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
    get_auth_api_v1_users_username_token_change_history: {
        parameters: {
            query?: {
                /** @description Who made a change: a username, `<bootstrap>` or `<internal>` */
                actor?: string;
                /** @description The page to give, from the Link header of another */
                cursor?: string;
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
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
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
                /** @description At most so many entries; 1000 whatever is asked for */
                limit?: number;
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
                    [name: string]: unknown;
                };
                content: {
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
            header?: never;
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
                "application/json": components["schemas"]["UserTokenModifyRequest"];
            };
        };
        responses: {
            /** @description The token after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
                /** @description The page to give, from the Link header of another */
                cursor?: string;
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
            /** @description The changes, newest first */
            200: {
                headers: {
                    /** @description The first, the next and the previous page */
                    Link?: string;
                    /** @description How many there are on all pages */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenChangeHistoryEntry"][];
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
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_cursor */
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
            /** @description The token itself, then everything that was derived from it */
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
            /** @description Type: the name of a broken rule, missing_client_ip, invalid_expires */
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
}
