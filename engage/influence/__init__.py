"""How what people said shaped each priority: findings and the ledger of influence (R15, R46)."""
