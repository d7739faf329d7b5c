import type { ComponentType } from 'react'
import { AllChangesPage } from './AllChangesPage.tsx'
import { AdministratorsPage } from './administrators/AdministratorsPage.tsx'
import { AuditPage } from './audit/AuditPage.tsx'
import { OverviewPage } from './overview/OverviewPage.tsx'
import { QuotasPage } from './quotas/QuotasPage.tsx'
import { ServiceTokensPage } from './service-tokens/ServiceTokensPage.tsx'
import { FindTokensPage } from './tokens/FindTokensPage.tsx'
import { UserHistoryPage } from './users/UserHistoryPage.tsx'
import { UserPage } from './users/UserPage.tsx'
import { UsersPage } from './users/UsersPage.tsx'
import { UserTokenPage } from './users/UserTokenPage.tsx'

/** The pages for administrators, in one file of scripts: few people load it, and those go from one to another. */
export const adminPages = {
  AdministratorsPage,
  AllChangesPage,
  AuditPage,
  FindTokensPage,
  OverviewPage,
  QuotasPage,
  ServiceTokensPage,
  UserHistoryPage,
  UserPage,
  UsersPage,
  UserTokenPage,
} as const satisfies Record<string, ComponentType>
