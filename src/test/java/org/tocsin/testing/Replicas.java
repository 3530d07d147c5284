package org.tocsin.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.embedded.OutsideBroker;
import org.tocsin.simulator.Simulator;

/** Several equal hubs as processes of their own, on one PostgreSQL and one broker, behind a load balancer. */
public final class Replicas implements AutoCloseable {
    private final OutsidePostgres database;
    private final OutsideBroker broker;
    private final List<HubProcess> hubs = new ArrayList<>();
    private final LoadBalancer balancer;
    private final TriggerSources.Entrance entrance;

    /** @param more arguments of each hub */
    public Replicas(Simulator simulator, Path folder, Crowd crowd, int number, String... more) throws Exception {
        int jmsPort = HubProcess.freePort();
        int mqttPort = HubProcess.freePort();
        database = new OutsidePostgres(folder.resolve("outside"));
        broker = new OutsideBroker(
                folder.resolve("broker"),
                jmsPort,
                mqttPort,
                "sensor:sensor-password:sensor",
                "incident:incident-password:incident");
        List<Path> folders = IntStream.range(0, number)
                .mapToObj(i -> folder.resolve("hub-" + i))
                .toList();
        for (Path own : folders) {
            Files.createDirectories(own);
            crowd.write(own);
        }
        for (Path own : folders) {
            List<String> arguments = new ArrayList<>(broker.arguments());
            arguments.addAll(List.of(
                    "--spring.datasource.url=" + database.url(),
                    "--spring.datasource.username=postgres",
                    "--spring.datasource.hikari.data-source-properties.ApplicationName=" + own.getFileName(),
                    // Nobody has made it before: they race for it.
                    "--tocsin.keys-file=" + folder.resolve("keys.json"),
                    "--tocsin.delivery-plan=src/test/resources/plan/faults.yaml",
                    "--tocsin.intake.sensors=" + own.resolve("sensors.yaml")));
            arguments.addAll(List.of(more));
            hubs.add(new HubProcess(simulator, own, arguments.toArray(String[]::new)));
        }
        balancer = new LoadBalancer(hubs);
        entrance = new TriggerSources.Entrance(jmsPort, mqttPort, balancer::url);
    }

    /** All at the same moment; returns when each of them is ready. */
    public void launch() {
        hubs.forEach(HubProcess::launch);
        hubs.forEach(HubProcess::awaitReady);
    }

    public HubProcess get(int number) {
        return hubs.get(number);
    }

    public int size() {
        return hubs.size();
    }

    /** By what its connections to the database are called. */
    public HubProcess named(String applicationName) {
        return hubs.stream()
                .filter(hub -> hub.folder.getFileName().toString().equals(applicationName))
                .findFirst()
                .orElseThrow();
    }

    public LoadBalancer balancer() {
        return balancer;
    }

    public TriggerSources.Entrance entrance() {
        return entrance;
    }

    public OutsideBroker broker() {
        return broker;
    }

    public OutsidePostgres database() {
        return database;
    }

    public JdbcTemplate jdbc() {
        return database.jdbc();
    }

    @Override
    public void close() throws Exception {
        balancer.close();
        hubs.forEach(HubProcess::close);
        broker.close();
        database.close();
    }
}
