// What an administrator's script does, with the AWS SDK for JavaScript; each step asserts what it was answered.
// Endpoint, Region and credentials come from the environment, as the SDK finds them.
import assert from "node:assert/strict";
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  ConflictException as StoreConflict,
  GetUserIdCommand,
  IdentitystoreClient,
  paginateListUsers,
} from "@aws-sdk/client-identitystore";
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
  paginateListAccounts,
} from "@aws-sdk/client-organizations";
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribePermissionSetCommand,
  ListInstancesCommand,
  paginateListAccountAssignmentsForPrincipal,
  paginateListPermissionSets,
  PutInlinePolicyToPermissionSetCommand,
  ResourceNotFoundException,
  SSOAdminClient,
  ValidationException,
} from "@aws-sdk/client-sso-admin";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const [organizations, admin, store, sts] = [OrganizationsClient, SSOAdminClient, IdentitystoreClient, STSClient].map(
  (Client) => new Client({}),
);

async function until(probe) {
  for (let turn = 0; turn < 600; turn += 1) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it never came");
}

async function all(pages, member) {
  const found = [];
  let count = 0;
  for await (const page of pages) {
    found.push(...page[member]);
    count += 1;
  }
  return { found, count };
}

const identity = await sts.send(new GetCallerIdentityCommand({}));
assert.match(identity.Account, /^\d{12}$/);

// Accounts.
const { CreateAccountStatus: asked } = await organizations.send(
  new CreateAccountCommand({ AccountName: "scripts", Email: "scripts@example.com" }),
);
const made = await until(async () => {
  const { CreateAccountStatus: status } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked.Id }),
  );
  assert.notEqual(status.State, "FAILED", status.FailureReason);
  return status.State === "SUCCEEDED" && status;
});
assert.ok(made.CompletedTimestamp instanceof Date);
const accounts = await all(paginateListAccounts({ client: organizations, pageSize: 1 }, {}), "Accounts");
assert.equal(accounts.count, accounts.found.length);
assert.ok(accounts.found.some(({ Id }) => Id === made.AccountId));

// People.
const { Instances: [instance] } = await admin.send(new ListInstancesCommand({}));
const IdentityStoreId = instance.IdentityStoreId;
const person = (UserName) => new CreateUserCommand({
  IdentityStoreId, UserName, DisplayName: UserName, Name: { GivenName: UserName, FamilyName: "Roe" },
  Emails: [{ Value: `${UserName}@example.com`, Primary: true }],
});
const ids = [];
for (const name of ["ada", "bea", "cid"]) ids.push((await store.send(person(name))).UserId);
await assert.rejects(store.send(person("ADA")), (error) => error instanceof StoreConflict);
const users = await all(paginateListUsers({ client: store, pageSize: 2 }, { IdentityStoreId }), "Users");
assert.deepEqual(ids.filter((id) => !users.found.some(({ UserId }) => UserId === id)), []);
const found = await store.send(new GetUserIdCommand({
  IdentityStoreId,
  AlternateIdentifier: { UniqueAttribute: { AttributePath: "emails.value", AttributeValue: "bea@example.com" } },
}));
assert.equal(found.UserId, ids[1]);
const { GroupId } = await store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "Scripts" }));
await store.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: ids[1] } }));

// Access.
const InstanceArn = instance.InstanceArn;
const { PermissionSet: set } = await admin.send(
  new CreatePermissionSetCommand({ InstanceArn, Name: "Scripts", SessionDuration: "PT1H" }),
);
assert.ok(set.CreatedDate instanceof Date);
await admin.send(new PutInlinePolicyToPermissionSetCommand({
  InstanceArn, PermissionSetArn: set.PermissionSetArn,
  InlinePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sso:ListInstances", Resource: "*" }],
  }),
}));
const { AccountAssignmentCreationStatus: request } = await admin.send(new CreateAccountAssignmentCommand({
  InstanceArn, PermissionSetArn: set.PermissionSetArn, PrincipalType: "GROUP", PrincipalId: GroupId,
  TargetType: "AWS_ACCOUNT", TargetId: made.AccountId,
}));
await until(async () => {
  const { AccountAssignmentCreationStatus: status } = await admin.send(
    new DescribeAccountAssignmentCreationStatusCommand({
      InstanceArn, AccountAssignmentCreationRequestId: request.RequestId,
    }),
  );
  assert.notEqual(status.Status, "FAILED", status.FailureReason);
  return status.Status === "SUCCEEDED";
});
const sets = await all(paginateListPermissionSets({ client: admin, pageSize: 1 }, { InstanceArn }), "PermissionSets");
assert.ok(sets.found.includes(set.PermissionSetArn));
const hers = await all(paginateListAccountAssignmentsForPrincipal({ client: admin }, {
  InstanceArn, PrincipalType: "USER", PrincipalId: ids[1],
}), "AccountAssignments");
assert.deepEqual(hers.found.map(({ AccountId }) => AccountId), [made.AccountId]);

// Refusals are the SDK's own types, with the request's id.
const gone = `${set.PermissionSetArn.slice(0, -4)}0000`;
await assert.rejects(
  admin.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: gone })),
  (error) => error instanceof ResourceNotFoundException && error.$metadata.requestId.length > 10,
);
await assert.rejects(
  admin.send(new CreatePermissionSetCommand({ InstanceArn, Name: "not a name" })),
  (error) => error instanceof ValidationException && error.message.includes("'name'"),
);

// Another account's session.
const { Credentials: session } = await sts.send(new AssumeRoleCommand({
  RoleArn: `arn:aws:iam::${made.AccountId}:role/OrganizationAccountAccessRole`, RoleSessionName: "scripts",
}));
const there = new STSClient({
  credentials: {
    accessKeyId: session.AccessKeyId, secretAccessKey: session.SecretAccessKey, sessionToken: session.SessionToken,
  },
});
assert.equal((await there.send(new GetCallerIdentityCommand({}))).Account, made.AccountId);
console.log("all of it");
