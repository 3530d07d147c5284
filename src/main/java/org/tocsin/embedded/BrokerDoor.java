package org.tocsin.embedded;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.apache.activemq.artemis.utils.SecurityManagerUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets the configured users in and nobody else. Artemis' own {@code ActiveMQBasicSecurityManager} is not used: it
 * writes users to the journal, where one that was taken out of the configuration lives on.
 */
final class BrokerDoor implements ActiveMQSecurityManager5 {
    private final Map<String, BrokerUser> users;

    BrokerDoor(List<BrokerUser> users) {
        this.users = users.stream().collect(Collectors.toUnmodifiableMap(BrokerUser::name, Function.identity()));
    }

    @Override
    public @Nullable Subject authenticate(
            @Nullable String name, @Nullable String password, RemotingConnection connection, String domain) {
        BrokerUser user = name == null ? null : users.get(name);
        // Compared even for an unknown name, so that the time taken does not tell which names exist.
        boolean same = MessageDigest.isEqual(
                digest(user == null ? "" : user.password().reveal()), digest(password == null ? "" : password));
        if (user == null || !same) {
            return null;
        }
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(user.name()));
        subject.getPrincipals().add(new RolePrincipal(user.role().word()));
        subject.setReadOnly();
        return subject;
    }

    @Override
    public boolean authorize(Subject subject, Set<Role> roles, CheckType check, String address) {
        return SecurityManagerUtil.authorize(subject, roles, check, RolePrincipal.class);
    }

    @Override
    public boolean validateUser(String user, String password) {
        throw new UnsupportedOperationException("authenticate is asked instead");
    }

    @Override
    public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
        throw new UnsupportedOperationException("authorize is asked instead");
    }

    private static byte[] digest(String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
