package org.tocsin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.tocsin.Tocsin;
import org.tocsin.embedded.EmbeddedServers;
import org.tocsin.embedded.StartFailure;
import org.tocsin.setup.FileCheck;
import org.tocsin.warmup.WarmUp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs the hub until it is told to stop. */
@Command(
        name = "serve",
        description = "Run the hub (the default). --KEY=VALUE sets any key of config/application.yaml.",
        mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
    @Unmatched
    private final List<String> settings = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        AtomicReference<ConfigurableEnvironment> environment = new AtomicReference<>();
        SimulatedWorld world = new SimulatedWorld();
        EmbeddedServers servers = new EmbeddedServers(world, FileCheck::check);
        // Also when the process is told to stop while they start, before Spring knows of the context.
        SpringApplication.getShutdownHandlers().add(servers::close);
        try {
            SpringApplication application = application(servers, world);
            application.addListeners((ApplicationListener<ApplicationEnvironmentPreparedEvent>)
                    event -> environment.set(event.getEnvironment()));
            OneLineFailures.reportHere(true);
            WarmUp.begin(application.run(settings.toArray(String[]::new)), ServeCommand::application);
            servers.awaitClosed();
            return 0;
        } catch (Exception | LinkageError e) {
            System.err.println(StartFailure.explain(e, environment.get()));
            if (debug(environment.get())) {
                e.printStackTrace();
            }
            servers.close();
            return 1;
        }
    }

    /** The hub as {@code serve} runs it; for a hub inside another process, such as a test's. */
    public static SpringApplication application() {
        SimulatedWorld world = new SimulatedWorld();
        return application(new EmbeddedServers(world, FileCheck::check), world);
    }

    private static SpringApplication application(EmbeddedServers servers, SimulatedWorld world) {
        SpringApplication application = new SpringApplication(Tocsin.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(servers);
        application.addListeners(world);
        return application;
    }

    private boolean debug(ConfigurableEnvironment environment) {
        return settings.contains("--debug") || environment != null && environment.getProperty("debug") != null;
    }
}
