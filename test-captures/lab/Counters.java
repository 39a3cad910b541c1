// SPDX-License-Identifier: GPL-2.0-or-later
// Table 21: a Java RMI registry and an object on ports of one's choice, and who calls it.
// Counters serve REGISTRY OBJECT | Counters call HOST REGISTRY

import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;

public class Counters {
    public interface Monitor extends Remote {
        int count(String name) throws RemoteException;

        void alert(String text) throws RemoteException;
    }

    static class LocalMonitor implements Monitor {
        public int count(String name) {
            return name.length();
        }

        public void alert(String text) {
            System.out.println(text);
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("serve")) {
            serve(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        } else {
            call(arguments[1], Integer.parseInt(arguments[2]));
        }
    }

    static void serve(int registryPort, int objectPort) throws Exception {
        Registry registry = LocateRegistry.createRegistry(registryPort);
        registry.rebind("monitor", UnicastRemoteObject.exportObject(new LocalMonitor(), objectPort));
        Thread.sleep(Long.MAX_VALUE);
    }

    static void call(String host, int registryPort) throws Exception {
        Monitor monitor = (Monitor) LocateRegistry.getRegistry(host, registryPort).lookup("monitor");
        monitor.alert("CPU above 90 %, says the lab");
        System.out.println(monitor.count("ActiveJabberSessions"));
        System.exit(0);
    }
}
