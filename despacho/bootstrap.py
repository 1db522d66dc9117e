"""The composition root: the only place that knows every adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from despacho.connectors import AccountConnectors
from despacho.provider_loader import ProviderCatalogue, load_providers
from despacho.settings import Settings
from despacho_database import Database
from despacho_documents import DocumentRenderer
from despacho_jumpseller import App, JumpsellerConsent, JumpsellerMessages, JumpsellerStorefronts, open_client
from despacho_ports.rate_cache import RateCache
from despacho_ports.system import Clock, JobQueue
from despacho_services.credentials import StoredCredentials
from despacho_services.effects import EffectPolicy
from despacho_services.installation import NoApp
from despacho_services.office import Links, Office
from despacho_services.services import Services, build_services
from despacho_system.clock import SystemClock
from despacho_system.outbound import OutboundClients, platform_transport
from despacho_system.practice import SandboxGround
from despacho_system.rate_memory import RateMemory
from despacho_system.sealing import Sealer
from despacho_system.shared_health import SharedHealth


@dataclass(frozen=True)
class Hub:
    """A hub, put together and open."""

    settings: Settings
    services: Services
    catalogue: ProviderCatalogue
    database: Database


@asynccontextmanager
async def open_hub(
    settings: Settings,
    queue: JobQueue,
    *,
    clock: Clock | None = None,
    catalogue: ProviderCatalogue | None = None,
    policy: EffectPolicy | None = None,
    rates: RateCache | None = None,
    health: SharedHealth | None = None,
) -> AsyncIterator[Hub]:
    """Put a hub together over its database and close everything at the end. The schema must be up to date.

    Args:
        settings: What the operator decided.
        queue: Wakes the workers.
        clock: The system's by default.
        catalogue: The installed providers by default.
        policy: How long to wait for what; the defaults suit real carriers.
        rates: Where carriers' answers are kept; in this process by default.
        health: Where it is noted how carriers answer; in this process by default.
    """
    clock = clock or SystemClock()
    catalogue = catalogue or load_providers()
    async with AsyncExitStack() as stack:
        sealer = Sealer(*settings.keys())
        database = Database(settings.database_url, sealer)
        stack.push_async_callback(database.close)
        clients = OutboundClients(
            destinations=settings.destinations, health=health.board if health is not None else None
        )
        stack.push_async_callback(clients.aclose)
        platform = open_client(platform_transport())
        stack.push_async_callback(platform.aclose)
        consent = JumpsellerConsent(
            platform,
            App(
                client_id=settings.jumpseller_client_id or "",
                client_secret=settings.jumpseller_client_secret or "",
                redirect_url=f"{settings.public_url}/jumpseller/callback",
            ),
            clock,
            accounts_url=settings.jumpseller_accounts_url,
        )
        renderer = DocumentRenderer()
        keeper = StoredCredentials(database.units_of_work, database.locks)
        office = Office(
            units=database.units_of_work,
            clock=clock,
            queue=queue,
            connectors=AccountConnectors(catalogue, clients, clock, renderer),
            storefronts=JumpsellerStorefronts(
                platform,
                consent,
                keeper,
                clock,
                api_url=settings.jumpseller_api_url,
                app_code=settings.jumpseller_app_code,
            ),
            renderer=renderer,
            documents=database.documents,
            locks=database.locks,
            links=Links(settings.public_url),
            rates=rates or RateMemory(),
            quotes=database.quote_writer,
            health=health or clients.health,
        )
        services = build_services(
            office,
            messages=JumpsellerMessages(),
            consent=consent if settings.jumpseller_client_id else NoApp(),
            writer=database.inbox_writer,
            secrets=sealer,
            ground=SandboxGround(settings.sandbox_url),
            policy=policy or settings.effect_policy(),
        )
        stack.push_async_callback(keeper.close)
        stack.push_async_callback(services.runner.close)
        stack.push_async_callback(services.quoting.close)
        yield Hub(settings=settings, services=services, catalogue=catalogue, database=database)
