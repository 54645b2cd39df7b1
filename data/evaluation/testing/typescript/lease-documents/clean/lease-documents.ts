export interface User {
  id: number;
  landlordIds: ReadonlySet<number>;
}

export interface LeaseDocument {
  id: number;
  landlordId: number;
  title: string;
  storageKey: string;
}

export interface DocumentRepository {
  find(id: number): Promise<LeaseDocument | undefined>;
  rename(id: number, title: string): Promise<void>;
  archive(id: number): Promise<void>;
}

export interface Storage {
  signedUrl(key: string, seconds: number): Promise<string>;
}

export class NotFound extends Error {}

const LINK_SECONDS = 120;
const MAX_TITLE = 120;

/** Documents of leases. Users are logged in; each works for one or more landlords. */
export class LeaseDocuments {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly storage: Storage,
  ) {}

  async link(user: User, id: number): Promise<string> {
    const document = await this.findFor(user, id);
    return this.storage.signedUrl(document.storageKey, LINK_SECONDS);
  }

  async rename(user: User, id: number, title: string): Promise<void> {
    const trimmed = title.trim().slice(0, MAX_TITLE);
    const document = await this.findFor(user, id);
    await this.documents.rename(document.id, trimmed || document.title);
  }

  async archive(user: User, id: number): Promise<void> {
    const document = await this.findFor(user, id);
    await this.documents.archive(document.id);
  }

  private async findFor(user: User, id: number): Promise<LeaseDocument> {
    const document = await this.find(id);
    if (!user.landlordIds.has(document.landlordId)) {
      throw new NotFound(`document ${id}`);
    }
    return document;
  }

  private async find(id: number): Promise<LeaseDocument> {
    const document = await this.documents.find(id);
    if (document === undefined) {
      throw new NotFound(`document ${id}`);
    }
    return document;
  }
}
