(* Of all the samples the weighted flow sees class means, and one scatter within classes for each weight, from any start.

   Labels of samples are the columns z_c of their classes, weights are omega_c, each of them one of nu_0 .. nu_(u - 1): omega_c = nu_(g c).
   With the class means m_c of the features and the scatters G_e = sum (h_j - m_(y j)) (h_j - m_(y j))^T over the samples of weight nu_e,
        W'   = sum_c n_c omega_c (z_c - W m_c) m_c^T - sum_e nu_e W G_e,
        m_c' = omega_c W^T (z_c - W m_c),
        G_e' = - nu_e (W^T W G_e + G_e W^T W),
   k d + d k + u d^2 equations in as many unknowns, whatever the number of samples.  They have at most one solution from a start: what the
   samples are beyond their means and scatters is never seen.

   Hypotheses: W and H follow the weighted flow of the squared loss (from any start there is one: WellPosed.v); every class has a sample.
   Computed by: ufm_simulation::Solver::Scatters.
   Source: this project. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Systems Uniqueness WellPosed.
Import ListNotations.
Open Scope R_scope.

(* The equations. *)
Section Equations.
Variables (k d u : nat) (n omega : nat -> R) (nu : nat -> R) (z : nat -> nat -> R).

Definition rest (W M : nat -> nat -> R) (i c : nat) : R := z i c - mul d W M i c.
Definition rate_W (W M : nat -> nat -> R) (G : nat -> nat -> nat -> R) (i l : nat) : R :=
  sum k (fun c => n c * omega c * rest W M i c * M l c) - sum u (fun e => nu e * mul d W (G e) i l).
Definition rate_M (W M : nat -> nat -> R) (l c : nat) : R := omega c * mul k (tr W) (rest W M) l c.
Definition rate_G (W : nat -> nat -> R) (G : nat -> nat -> nat -> R) (e l m : nat) : R :=
  - nu e * (mul d (mul k (tr W) W) (G e) l m + mul d (G e) (mul k (tr W) W) l m).

Definition reduced_flow (W M : R -> nat -> nat -> R) (G : R -> nat -> nat -> nat -> R) : Prop := forall t, 0 <= t ->
  (forall i l, (i < k)%nat -> (l < d)%nat -> is_derive (fun v => W v i l) t (rate_W (W t) (M t) (G t) i l)) /\
  (forall l c, (l < d)%nat -> (c < k)%nat -> is_derive (fun v => M v l c) t (rate_M (W t) (M t) l c)) /\
  (forall e l m, (e < u)%nat -> (l < d)%nat -> (m < d)%nat -> is_derive (fun v => G v e l m) t (rate_G (W t) (G t) e l m)).

(* They have at most one solution from a start. *)
Theorem reduced_flow_unique W M G W' M' G' : reduced_flow W M G -> reduced_flow W' M' G' ->
  agree k d (W 0) (W' 0) -> agree d k (M 0) (M' 0) -> (forall e, (e < u)%nat -> agree d d (G 0 e) (G' 0 e)) ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d k (M t) (M' t) /\ forall e, (e < u)%nat -> agree d d (G t e) (G' t e).
Proof.
  intros F F' EW EM EG.
  set (all := map (@inl _ (nat * (nat * nat))) (places k d k) ++ map (@inr (nat * nat + nat * nat) _) (list_prod (seq 0 u) (list_prod (seq 0 d) (seq 0 d)))).
  assert (In_all : forall s, In s all <-> match s with
    | inl (inl p) => (fst p < k)%nat /\ (snd p < d)%nat | inl (inr p) => (fst p < d)%nat /\ (snd p < k)%nat
    | inr p => (fst p < u)%nat /\ (fst (snd p) < d)%nat /\ (snd (snd p) < d)%nat end).
  { intros s. unfold all. rewrite in_app_iff, !in_map_iff. split.
    - intros [[x [<- H]] | [[e [l m]] [<- H]]].
      + apply in_places in H. exact H.
      + rewrite !in_prod_iff, !in_seq in H. simpl. lia.
    - destruct s as [x | [e [l m]]]; intros H; [left | right].
      + exists x. split; [reflexivity|]. apply in_places. exact H.
      + exists (e, (l, m)). split; [reflexivity|]. simpl in H. rewrite !in_prod_iff, !in_seq. lia. }
  set (value := fun (W M : R -> nat -> nat -> R) (G : R -> nat -> nat -> nat -> R) (s : nat * nat + nat * nat + nat * (nat * nat)) (t : R) =>
    match s with inl (inl p) => W t (fst p) (snd p) | inl (inr p) => M t (fst p) (snd p) | inr p => G t (fst p) (fst (snd p)) (snd (snd p)) end).
  set (rate := fun W M G => value (fun t => rate_W (W t) (M t) (G t)) (fun t => rate_M (W t) (M t)) (fun t => rate_G (W t) (G t))).
  assert (E : forall s t, In s all -> 0 <= t -> value W M G s t = value W' M' G' s t).
  { apply (unique_solution all (value W M G) (value W' M' G') (rate W M G) (rate W' M' G')).
    - intros s t Hs Ht. apply In_all in Hs. destruct (F t Ht) as [DW [DM DG]]. destruct (F' t Ht) as [DW' [DM' DG']].
      destruct s as [[p | p] | p]; split; [apply DW | apply DW' | apply DM | apply DM' | apply DG | apply DG']; apply Hs.
    - intros T e _ He C.
      assert (CW : forall i l, (i < k)%nat -> (l < d)%nat -> close (span T) e (fun t => W t i l) (fun t => W' t i l)).
      { intros i l Hi Hl. apply (C (inl (inl (i, l)))), In_all. split; assumption. }
      assert (CM : forall l c, (l < d)%nat -> (c < k)%nat -> close (span T) e (fun t => M t l c) (fun t => M' t l c)).
      { intros l c Hl Hc. apply (C (inl (inr (l, c)))), In_all. split; assumption. }
      assert (CG : forall a l m, (a < u)%nat -> (l < d)%nat -> (m < d)%nat -> close (span T) e (fun t => G t a l m) (fun t => G' t a l m)).
      { intros a l m Ha Hl Hm. apply (C (inr (a, (l, m)))), In_all. repeat split; assumption. }
      assert (CR : forall i c, (i < k)%nat -> (c < k)%nat -> close (span T) e (fun t => rest (W t) (M t) i c) (fun t => rest (W' t) (M' t) i c)).
      { intros i c Hi Hc. apply close_minus; [apply close_const, He | apply close_mul; auto]. }
      assert (CC : forall l m, (l < d)%nat -> (m < d)%nat ->
        close (span T) e (fun t => mul k (tr (W t)) (W t) l m) (fun t => mul k (tr (W' t)) (W' t) l m)).
      { intros l m Hl Hm. apply close_mul; [exact He | |]; intros i Hi; unfold tr; auto. }
      intros s Hs. apply In_all in Hs. destruct s as [[p | p] | p]; unfold rate, value.
      + destruct Hs as [Hi Hl]. apply close_minus; apply close_sum; try exact He.
        * intros c Hc. apply close_mult; [| auto]. apply close_mult; [apply close_const, He | auto].
        * intros a Ha. apply close_mult; [apply close_const, He | apply close_mul; auto].
      + destruct Hs as [Hl Hc]. apply close_mult; [apply close_const, He|]. apply close_mul; [exact He | |]; intros i Hi; unfold tr; auto.
      + destruct Hs as [Ha [Hl Hm]]. apply close_mult; [apply close_const, He|]. apply close_plus; apply close_mul; auto.
    - intros s Hs. apply In_all in Hs. destruct s as [[p | p] | p]; [apply EW | apply EM | apply EG]; apply Hs. }
  intros t Ht. split; [|split].
  - intros i l Hi Hl. apply (E (inl (inl (i, l))) t); [apply In_all; split|]; assumption.
  - intros l c Hl Hc. apply (E (inl (inr (l, c))) t); [apply In_all; split|]; assumption.
  - intros a Ha l m Hl Hm. apply (E (inr (a, (l, m))) t); [apply In_all; repeat split|]; assumption.
Qed.
End Equations.

(* From the flow of all samples. *)
Section Samples.
Variables (k d N u : nat) (y g : nat -> nat) (n omega nu : nat -> R) (z : nat -> nat -> R).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = n c.
Hypothesis inhabited : forall c, (c < k)%nat -> 0 < n c.
Hypothesis weights : forall c, (c < k)%nat -> (g c < u)%nat /\ omega c = nu (g c).

(* Labels and weights sample by sample, and what is seen of the features. *)
Definition class_labels (i j : nat) : R := z i (y j).
Definition class_weights (x j : nat) : R := if Nat.eqb x j then omega (y x) else 0.
Definition class_mean (H : nat -> nat -> R) (l c : nat) : R := sum N (fun j => if Nat.eqb (y j) c then H l j else 0) / n c.
Definition deviation (H : nat -> nat -> R) (l j : nat) : R := H l j - class_mean H l (y j).
Definition scatter (H : nat -> nat -> R) (e l m : nat) : R :=
  sum N (fun j => if Nat.eqb (g (y j)) e then deviation H l j * deviation H m j else 0).

Lemma by_class (f : nat -> R) : sum N f = sum k (fun c => sum N (fun j => if Nat.eqb (y j) c then f j else 0)).
Proof.
  rewrite <- sum_swap. apply sum_ext. intros j Hj. rewrite (sum_ext k _ (fun c => f j * (if Nat.eqb (y j) c then 1 else 0))).
  - symmetry. apply (sum_delta k (y j) (fun _ => f j)), Hy, Hj.
  - intros c _. destruct (Nat.eqb (y j) c); ring.
Qed.

Lemma mean_sum H l c : (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then H l j else 0) = n c * class_mean H l c.
Proof. intros Hc. pose proof (inhabited c Hc). unfold class_mean. field. lra. Qed.

Lemma deviation_sum H l c : (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then deviation H l j else 0) = 0.
Proof.
  intros Hc. rewrite (sum_ext N _ (fun j => (if Nat.eqb (y j) c then H l j else 0) + - class_mean H l c * (if Nat.eqb (y j) c then 1 else 0))).
  - rewrite sum_add, sum_scal, (mean_sum H l c Hc), (counts c Hc). ring.
  - intros j _. unfold deviation. destruct (Nat.eqb_spec (y j) c) as [-> |]; ring.
Qed.

Section Flow.
Variables (W H : R -> nat -> nat -> R).
Hypothesis flow : follows k d N W H (weighted_residual d N class_labels class_weights W H).

Notation M t := (class_mean (H t)).
Notation D t := (deviation (H t)).

Lemma driving t i j : (j < N)%nat -> weighted_residual d N class_labels class_weights W H t i j
  = omega (y j) * (rest d z (W t) (M t) i (y j) - mul d (W t) (D t) i j).
Proof.
  intros Hj. unfold weighted_residual. unfold mul at 1.
  rewrite (sum_ext N _ (fun x => (class_labels i x - mul d (W t) (H t) i x) * omega (y x) * (if Nat.eqb j x then 1 else 0))).
  2:{ intros x _. unfold class_weights. rewrite Nat.eqb_sym. destruct (Nat.eqb j x); ring. }
  rewrite (sum_delta N j (fun x => (class_labels i x - mul d (W t) (H t) i x) * omega (y x)) Hj).
  unfold rest, class_labels. replace (mul d (W t) (H t) i j) with (mul d (W t) (M t) i (y j) + mul d (W t) (D t) i j); [ring|].
  unfold mul. rewrite <- sum_add. apply sum_ext. intros l _. unfold deviation. ring.
Qed.

(* Features of samples, class means, and deviations from them. *)
Lemma feature_rate t l j : 0 <= t -> (l < d)%nat -> (j < N)%nat -> is_derive (fun v => H v l j) t
  (omega (y j) * mul k (tr (W t)) (rest d z (W t) (M t)) l (y j) + - omega (y j) * mul d (mul k (tr (W t)) (W t)) (D t) l j).
Proof.
  intros Ht Hl Hj. apply (is_derive_ext_value _ t _ _) with (2 := proj2 flow t l j Ht Hl Hj).
  replace (mul d (mul k (tr (W t)) (W t)) (D t) l j) with (sum k (fun i => W t i l * mul d (W t) (D t) i j)).
  - unfold mul at 1 2. unfold tr at 1 2. rewrite <- !sum_scal, <- sum_add. apply sum_ext. intros i _. rewrite (driving t i j Hj). ring.
  - unfold mul, tr. rewrite (sum_ext d _ (fun m => sum k (fun i => W t i l * (W t i m * D t m j)))).
    2:{ intros m _. rewrite <- sum_scal_r. apply sum_ext. intros; ring. }
    rewrite sum_swap. apply sum_ext. intros i _. rewrite sum_scal. reflexivity.
Qed.

Lemma mean_rate t l c : 0 <= t -> (l < d)%nat -> (c < k)%nat -> is_derive (fun v => M v l c) t (rate_M k d omega z (W t) (M t) l c).
Proof.
  intros Ht Hl Hc. pose proof (inhabited c Hc) as Pc. unfold class_mean at 1.
  set (a := omega c * mul k (tr (W t)) (rest d z (W t) (M t)) l c).
  apply (is_derive_ext_value _ t (sum N (fun j => if Nat.eqb (y j) c then
    omega (y j) * mul k (tr (W t)) (rest d z (W t) (M t)) l (y j) + - omega (y j) * mul d (mul k (tr (W t)) (W t)) (D t) l j else 0) * / n c)).
  - rewrite (sum_ext N _ (fun j => a * (if Nat.eqb (y j) c then 1 else 0)
      + - omega c * sum d (fun m => mul k (tr (W t)) (W t) l m * (if Nat.eqb (y j) c then D t m j else 0)))).
    + rewrite sum_add, !sum_scal, (counts c Hc), sum_swap, (sum_ext d _ (fun _ => 0)), sum_zero.
      * unfold rate_M. fold a. field. lra.
      * intros m _. rewrite sum_scal, (deviation_sum (H t) m c Hc). ring.
    + intros j _. destruct (Nat.eqb_spec (y j) c) as [-> |].
      * unfold a, mul at 2. ring.
      * rewrite (sum_ext d _ (fun _ => 0)) by (intros; ring). rewrite sum_zero. ring.
  - apply (is_derive_scal_l (fun v => sum N (fun j => if Nat.eqb (y j) c then H v l j else 0)) t _ (/ n c)).
    apply (is_derive_sum N (fun j v => if Nat.eqb (y j) c then H v l j else 0)). intros j Hj.
    destruct (Nat.eqb (y j) c); [apply feature_rate; assumption | apply (is_derive_const 0)].
Qed.

Lemma deviation_rate t l j : 0 <= t -> (l < d)%nat -> (j < N)%nat ->
  is_derive (fun v => D v l j) t (- omega (y j) * mul d (mul k (tr (W t)) (W t)) (D t) l j).
Proof.
  intros Ht Hl Hj.
  apply (is_derive_ext_value _ t (omega (y j) * mul k (tr (W t)) (rest d z (W t) (M t)) l (y j)
    + - omega (y j) * mul d (mul k (tr (W t)) (W t)) (D t) l j - rate_M k d omega z (W t) (M t) l (y j))); [unfold rate_M; ring|].
  apply (is_derive_ext (fun v => H v l j - M v l (y j))); [reflexivity|].
  apply (is_derive_minus (fun v => H v l j) (fun v => M v l (y j))); [apply feature_rate | apply mean_rate]; auto.
Qed.

Lemma scatter_rate t e l m : 0 <= t -> (l < d)%nat -> (m < d)%nat ->
  is_derive (fun v => scatter (H v) e l m) t (rate_G k d nu (W t) (scatter (H t)) e l m).
Proof.
  intros Ht Hl Hm. set (C := mul k (tr (W t)) (W t)).
  assert (SC : forall a b, C a b = C b a) by (intros a b; unfold C, mul, tr; apply sum_ext; intros; ring).
  apply (is_derive_ext_value _ t (sum N (fun j => if Nat.eqb (g (y j)) e then
    - omega (y j) * mul d C (D t) l j * D t m j + D t l j * (- omega (y j) * mul d C (D t) m j) else 0))).
  - unfold rate_G. fold C.
    rewrite (sum_ext N _ (fun j => - nu e * (sum d (fun a => C l a * (if Nat.eqb (g (y j)) e then D t a j * D t m j else 0))
      + sum d (fun a => (if Nat.eqb (g (y j)) e then D t l j * D t a j else 0) * C a m)))).
    + rewrite sum_scal, sum_add. f_equal. f_equal; rewrite sum_swap; apply sum_ext; intros a _.
      * apply sum_scal.
      * apply sum_scal_r.
    + intros j Hj. destruct (Nat.eqb_spec (g (y j)) e) as [Ee |].
      * rewrite (proj2 (weights (y j) (Hy j Hj))), Ee. unfold mul at 1 2.
        rewrite (sum_ext d (fun a => C l a * (D t a j * D t m j)) (fun a => C l a * D t a j * D t m j)) by (intros; ring).
        rewrite (sum_ext d (fun a => D t l j * D t a j * C a m) (fun a => C m a * D t a j * D t l j)) by (intros a _; rewrite (SC m a); ring).
        rewrite !sum_scal_r. ring.
      * rewrite (sum_ext d (fun a => C l a * 0) (fun _ => 0)) by (intros; ring).
        rewrite (sum_ext d (fun a => 0 * C a m) (fun _ => 0)) by (intros; ring). rewrite sum_zero. ring.
  - apply (is_derive_sum N (fun j v => if Nat.eqb (g (y j)) e then D v l j * D v m j else 0)). intros j Hj.
    destruct (Nat.eqb (g (y j)) e); [|apply (is_derive_const 0)].
    apply (is_derive_mult (fun v => D v l j) (fun v => D v m j)); [apply deviation_rate | apply deviation_rate | intros; apply Rmult_comm]; assumption.
Qed.

Lemma classifier_rate t i l : 0 <= t -> (i < k)%nat -> (l < d)%nat ->
  is_derive (fun v => W v i l) t (rate_W k d u n omega nu z (W t) (M t) (scatter (H t)) i l).
Proof.
  intros Ht Hi Hl. apply (is_derive_ext_value _ t _ _) with (2 := proj1 flow t i l Ht Hi Hl). unfold mul at 1, tr.
  set (r := fun c => rest d z (W t) (M t) i c).
  rewrite (sum_ext N _ (fun j => omega (y j) * (r (y j) * H t l j)
    + -1 * (sum d (fun m => W t i m * (omega (y j) * (D t m j * D t l j))) + sum d (fun m => W t i m * (omega (y j) * (M t l (y j) * D t m j)))))).
  2:{ intros j Hj. rewrite (driving t i j Hj). fold (r (y j)).
      rewrite (sum_ext d (fun m => W t i m * (omega (y j) * (D t m j * D t l j))) (fun m => W t i m * D t m j * (omega (y j) * D t l j))) by (intros; ring).
      rewrite (sum_ext d (fun m => W t i m * (omega (y j) * (M t l (y j) * D t m j))) (fun m => W t i m * D t m j * (omega (y j) * M t l (y j)))) by (intros; ring).
      rewrite !sum_scal_r. fold (mul d (W t) (D t) i j). unfold deviation. ring. }
  rewrite sum_add, sum_scal, sum_add. unfold rate_W.
  assert (E1 : sum N (fun j => omega (y j) * (r (y j) * H t l j)) = sum k (fun c => n c * omega c * rest d z (W t) (M t) i c * M t l c)).
  { rewrite by_class. apply sum_ext. intros c Hc.
    rewrite (sum_ext N _ (fun j => omega c * r c * (if Nat.eqb (y j) c then H t l j else 0))).
    - rewrite sum_scal, (mean_sum (H t) l c Hc). unfold r. ring.
    - intros j _. destruct (Nat.eqb_spec (y j) c) as [-> |]; ring. }
  assert (E2 : sum N (fun j => sum d (fun m => W t i m * (omega (y j) * (D t m j * D t l j)))) = sum u (fun e => nu e * mul d (W t) (scatter (H t) e) i l)).
  { rewrite sum_swap. unfold mul. rewrite (sum_ext u _ (fun e => sum d (fun m => W t i m * (nu e * scatter (H t) e m l)))).
    2:{ intros e _. rewrite <- sum_scal. apply sum_ext. intros; ring. }
    rewrite (sum_swap u d). apply sum_ext. intros m _. rewrite !sum_scal. f_equal. unfold scatter.
    rewrite (sum_ext u _ (fun e => sum N (fun j => nu e * (D t m j * D t l j) * (if Nat.eqb (g (y j)) e then 1 else 0)))).
    2:{ intros e _. rewrite <- sum_scal. apply sum_ext. intros j _. destruct (Nat.eqb (g (y j)) e); ring. }
    rewrite (sum_swap u N). apply sum_ext. intros j Hj. destruct (weights (y j) (Hy j Hj)) as [Hg ->].
    symmetry. apply (sum_delta u (g (y j)) (fun e => nu e * (D t m j * D t l j)) Hg). }
  assert (E3 : sum N (fun j => sum d (fun m => W t i m * (omega (y j) * (M t l (y j) * D t m j)))) = 0).
  { rewrite sum_swap, (sum_ext d _ (fun _ => 0)); [apply sum_zero|]. intros m _. rewrite sum_scal, by_class, (sum_ext k _ (fun _ => 0)).
    - rewrite sum_zero. ring.
    - intros c Hc. rewrite (sum_ext N _ (fun j => omega c * M t l c * (if Nat.eqb (y j) c then D t m j else 0))).
      + rewrite sum_scal, (deviation_sum (H t) m c Hc). ring.
      + intros j _. destruct (Nat.eqb_spec (y j) c) as [-> |]; ring. }
  rewrite E1, E2, E3. ring.
Qed.

(* The flow of all samples, seen through class means and scatters, is that of the equations. *)
Theorem scatter_reduction : reduced_flow k d u n omega nu z W (fun t => class_mean (H t)) (fun t => scatter (H t)).
Proof.
  intros t Ht. split; [|split].
  - intros i l Hi Hl. apply classifier_rate; assumption.
  - intros l c Hl Hc. apply mean_rate; assumption.
  - intros e l m _ Hl Hm. apply scatter_rate; assumption.
Qed.
End Flow.
End Samples.

(* So samples that start with the same classifier, class means and scatters have them in common for ever, whatever else they are. *)
Theorem same_means_and_scatters k d u n omega nu g z N y N' y' W H W' H' :
  (forall j, (j < N)%nat -> (y j < k)%nat) -> (forall j, (j < N')%nat -> (y' j < k)%nat) ->
  (forall c, (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = n c) ->
  (forall c, (c < k)%nat -> sum N' (fun j => if Nat.eqb (y' j) c then 1 else 0) = n c) ->
  (forall c, (c < k)%nat -> 0 < n c) -> (forall c, (c < k)%nat -> (g c < u)%nat /\ omega c = nu (g c)) ->
  follows k d N W H (weighted_residual d N (class_labels y z) (class_weights y omega) W H) ->
  follows k d N' W' H' (weighted_residual d N' (class_labels y' z) (class_weights y' omega) W' H') ->
  agree k d (W 0) (W' 0) -> agree d k (class_mean N y n (H 0)) (class_mean N' y' n (H' 0)) ->
  (forall e, (e < u)%nat -> agree d d (scatter N y g n (H 0) e) (scatter N' y' g n (H' 0) e)) ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d k (class_mean N y n (H t)) (class_mean N' y' n (H' t)) /\
    forall e, (e < u)%nat -> agree d d (scatter N y g n (H t) e) (scatter N' y' g n (H' t) e).
Proof.
  intros Hy Hy' C C' P G F F'.
  apply (reduced_flow_unique k d u n omega nu z W (fun t => class_mean N y n (H t)) (fun t => scatter N y g n (H t))
    W' (fun t => class_mean N' y' n (H' t)) (fun t => scatter N' y' g n (H' t))).
  - apply (scatter_reduction k d N u y g n omega nu z Hy C P G W H F).
  - apply (scatter_reduction k d N' u y' g n omega nu z Hy' C' P G W' H' F').
Qed.
